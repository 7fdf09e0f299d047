using System.Diagnostics;
using System.Text.Encodings.Web;
using LocalHost.Behaviours;
using Spectre.Console;

namespace LocalHost.Commands;

/// <summary>
/// Shows the product's feature table: runs the story of each behaviour against hosts it starts, or reads the results of a run there was.
/// </summary>
internal static class BehavioursCommand
{
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document on standard output and nothing else there" };
        var results = new Option<FileInfo?>("--results") { Description = "Result file (trx) of a run of tests/Stories to read instead of running them" };
        var command = new Command("behaviours", "Runs the story of each behaviour of behaviours.json and tells which hold; exit code 1 when one does not") { json, results };
        command.SetAction((parsed, cancellation) => Run(parsed.GetValue(json), parsed.GetValue(results), cancellation));
        return command;
    }

    private static async Task<int> Run(bool json, FileInfo? results, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("behaviours-");
        try
        {
            var file = results?.FullName ?? await RunStories(folder, cancellation);
            if (!File.Exists(file))
            {
                throw new HostStartException($"There is no result file {file}; the stories may not have been built. Run them with: bash tests/run stories");
            }

            var report = BehaviourReport.Read(Assembly(), file);
            Print(report, json);
            return report.Passed ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <returns>The result file.</returns>
    private static async Task<string> RunStories(DirectoryInfo folder, CancellationToken cancellation)
    {
        const string Name = "behaviours.trx";
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = RepositoryRoot.Path,
            ArgumentList =
            {
                "test", "tests/Stories", "--nologo", "--filter", "Behaviour~S", "--logger", $"trx;LogFileName={Name}", "--logger", "console;verbosity=normal",
                "--results-directory", folder.FullName,
            },
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new HostStartException("dotnet could not be started.");
        try
        {
            // Each story is told as it ends: a run takes a minute and a half.
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                await Console.Error.WriteLineAsync(line);
            }

            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return Path.Combine(folder.FullName, Name);
    }

    private static string Assembly()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "tests", "Stories", "bin");
        var built = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "Stories.Tests.dll", SearchOption.AllDirectories) : [];
        return built.MaxBy(File.GetLastWriteTimeUtc) ?? throw new HostStartException("The stories are not built. Run: dotnet build tests/Stories");
    }

    private static void Print(BehaviourReport report, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, Json));
            return;
        }

        var table = new Table().Border(TableBorder.Minimal).AddColumn("behaviour").AddColumn("story").AddColumn("passed");
        foreach (var line in report.Behaviours)
        {
            table.AddRow(line.Id, Markup.Escape(BehaviourReport.Sentence(line.Story)), line.Passed ? "[green]passed[/]" : "[red]FAILED[/]");
        }

        AnsiConsole.Write(table);
    }
}
