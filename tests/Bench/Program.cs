using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bench;
using Spectre.Console;

var json = new Option<bool>("--json") { Description = "Print one JSON document on standard output and nothing else there", Recursive = true };
var root = new RootCommand("Measures what things cost, and prints figures; each benchmark runs its own Azurite in memory.") { json };
Add(
    new("case", "One whole case on the main path: storage requests, activities, history events, messages"),
    (_, progress, cancellation) => CaseBenchmark.Run(progress, cancellation));

var count = new Option<int>("--count") { Description = $"Webhooks, in {IntakeBenchmark.Rounds} rounds", DefaultValueFactory = _ => 20_000 };
count.Validators.Add(given => Check(given, value => value >= 100 && value % IntakeBenchmark.Rounds == 0, $"a multiple of {IntakeBenchmark.Rounds} from 100 on"));
var connections = new Option<int>("--connections") { Description = "Connections of the sender", DefaultValueFactory = _ => 64 };
connections.Validators.Add(given => Check(given, value => value is >= 1 and <= 1_000, "1 to 1,000"));
Add(
    new("intake", "Webhooks that file a case each: rate and time to the answer beside raw table inserts, memory") { count, connections },
    (given, progress, cancellation) => IntakeBenchmark.Run(given.GetValue(count), given.GetValue(connections), progress, cancellation));
return await root.Parse(args).InvokeAsync();

void Add(Command command, Func<ParseResult, Action<string>, CancellationToken, Task<IReadOnlyList<Figure>>> run)
{
    command.SetAction(async (parsed, cancellation) =>
    {
        try
        {
            var figures = await run(parsed, text => Console.Error.WriteLine(text), cancellation);
            Print(figures, parsed.GetValue(json));
            return figures.Any(figure => figure.Holds == false) ? 1 : 0;
        }
        catch (BenchmarkException failed)
        {
            Console.Error.WriteLine(failed.Message);
            return 2;
        }
    });
    root.Subcommands.Add(command);
}

static void Check(OptionResult given, Func<int, bool> isAllowed, string allowed)
{
    if (given.GetValueOrDefault<int>() is var value && !isAllowed(value))
    {
        given.AddError($"{given.Option.Name} is {value}; allowed: {allowed}.");
    }
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
        table.AddRow(Markup.Escape(figure.Name), $"{figure.Value:0.###}", figure.Unit, target);
    }

    AnsiConsole.Write(table);
}
