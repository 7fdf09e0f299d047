using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bench;
using Spectre.Console;

var json = new Option<bool>("--json") { Description = "Print one JSON document on standard output and nothing else there", Recursive = true };
var root = new RootCommand("Measures what things cost, and prints figures; each benchmark runs its own Azurite in memory.") { json };
Add("case", "One whole case on the main path: storage requests, activities, history events, messages", CaseBenchmark.Run);
return await root.Parse(args).InvokeAsync();

void Add(string name, string description, Func<Action<string>, CancellationToken, Task<IReadOnlyList<Figure>>> run)
{
    var command = new Command(name, description);
    command.SetAction(async (parsed, cancellation) =>
    {
        var figures = await run(text => Console.Error.WriteLine(text), cancellation);
        Print(figures, parsed.GetValue(json));
        return figures.Any(figure => figure.Holds == false) ? 1 : 0;
    });
    root.Subcommands.Add(command);
}

static void Print(IReadOnlyList<Figure> figures, bool asJson)
{
    if (asJson)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        Console.WriteLine(JsonSerializer.Serialize(new { figures }, options));
        return;
    }

    var table = new Table().AddColumn("figure").AddColumn(new TableColumn("value").RightAligned()).AddColumn("unit").AddColumn("target");
    foreach (var figure in figures)
    {
        var target = figure.Target is null ? "" : $"{figure.Target} {(figure.Holds == true ? "held" : "MISSED")}";
        table.AddRow(Markup.Escape(figure.Name), $"{figure.Value:0.##}", figure.Unit, target);
    }

    AnsiConsole.Write(table);
}
