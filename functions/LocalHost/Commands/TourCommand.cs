using System.Text.Encodings.Web;
using FunctionsHosting;
using LocalHost.Tour;
using Spectre.Console;

namespace LocalHost.Commands;

/// <summary>Shows what the product does: plays stories against a host it starts, and checks what the outside world received.</summary>
internal static class TourCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create(FunctionApp app)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document on standard output and nothing else there" };
        var command = new Command("tour", "Plays the product's main stories from webhook to SMS and checks them; exit code 1 when something is not kept")
        {
            json,
        };
        command.SetAction((parsed, cancellation) => Run(app, parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> Run(FunctionApp app, bool json, CancellationToken cancellation)
    {
        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(json ? Console.Error : Console.Out) });
        var report = await TourScreen.Watch(screen, (progress, tell) => TourRun.Play(app, progress, tell, cancellation));
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, Json));
        }
        else
        {
            TourScreen.Print(screen, report);
        }

        return report.Kept ? 0 : 1;
    }
}
