using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Bench.Report;

/// <summary>Figures on standard output, as tables or as one JSON document.</summary>
internal static class Printed
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void AsJson(string bench, Machine machine, IReadOnlyList<Figure> figures) =>
        Console.WriteLine(JsonSerializer.Serialize(new { bench, machine, figures }, Json));

    public static void AsTables(Machine machine, IReadOnlyList<Figure> figures)
    {
        Console.WriteLine(machine);
        Write("figure", figures.Where(static figure => !figure.IsPromise), met: "met", missed: "MISSED");
        if (figures.Any(static figure => figure.IsPromise))
        {
            Write("promised to people, on this machine", figures.Where(static figure => figure.IsPromise), met: "kept", missed: "not kept");
        }
    }

    private static void Write(string title, IEnumerable<Figure> figures, string met, string missed)
    {
        var table = new Table().AddColumn(title).AddColumn(new TableColumn("value").RightAligned()).AddColumn("unit").AddColumn("target").AddColumn("");
        foreach (var figure in figures)
        {
            var digits = Math.Abs(figure.Value) switch { < 10 => "0.###", < 1_000 => "0.#", _ => "#,0" };
            var verdict = figure.Met switch { null => "", true => met, false => missed };
            table.AddRow(Markup.Escape(figure.Name), figure.Value.ToString(digits, CultureInfo.InvariantCulture), Markup.Escape(figure.Unit), figure.Target ?? "", verdict);
        }

        AnsiConsole.Write(table);
    }
}
