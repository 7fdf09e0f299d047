using System.Runtime.CompilerServices;
using System.Text.Json;
using LocalHost.Durable;
using LocalHost.Durable.History;
using LocalHost.Durable.Replay;
using Microsoft.Extensions.Logging.Abstractions;

namespace Model.Tests;

/// <summary>A history as a running case of a released version has it stored: <c>Golden/{version}/{name}.json</c>.</summary>
internal sealed record GoldenHistory(List<HistoryEvent> Events)
{
    private static readonly JsonSerializerOptions Indented = new(HistoryJson.Stored.Options) { WriteIndented = true };

    public ExecutionStarted Start => Events.OfType<ExecutionStarted>().Single();

    private static string Folder { get; } = Path.Combine(Path.GetDirectoryName(Here())!, "Golden");

    /// <summary>All there are: version and name.</summary>
    public static IEnumerable<(string Version, string Name)> All => Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories)
        .Select(static file => (Path.GetFileName(Path.GetDirectoryName(file))!, Path.GetFileNameWithoutExtension(file)));

    public static GoldenHistory Read(string version, string name) =>
        new(JsonSerializer.Deserialize<List<HistoryEvent>>(File.ReadAllText(PathOf(version, name)), Indented)!);

    public void Write(string version, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(version, name))!);
        File.WriteAllText(PathOf(version, name), JsonSerializer.Serialize(Events.ConvertAll(WithoutPlace), Indented) + "\n");
    }

    /// <summary>Runs the code over it turn by turn. The first thing that the code does otherwise, in words; null when there is none.</summary>
    public string? FirstDifference(IDurableFunctions functions)
    {
        var turn = new OrchestrationTurn(functions, new(), NullLoggerFactory.Instance);
        for (var (from, turns) = (0, 1); from < Events.Count; turns++)
        {
            var to = Events.FindIndex(from, static e => e is OrchestratorCompleted) + 1;
            var told = Events[from..to];
            var outcome = turn.Run("golden", Start, Events[..from], [.. told.Where(static e => e is { EventId: -1 } and not OrchestratorCompleted)]);
            var (was, does) = (told.ConvertAll(Essence), outcome.Events.ConvertAll(Essence));
            if (Enumerable.Range(0, Math.Max(was.Count, does.Count)).FirstOrDefault(n => was.ElementAtOrDefault(n) != does.ElementAtOrDefault(n), -1) is >= 0 and var first)
            {
                return $"{Start.Name}, turn {turns}: the history has {was.ElementAtOrDefault(first) ?? "nothing more"}, " +
                    $"the code of today does {does.ElementAtOrDefault(first) ?? "nothing more"}. {outcome.Failure}";
            }

            from = to;
        }

        return null;
    }

    /// <summary>What happened, at which number, and when; inputs are records that grow.</summary>
    private static string Essence(HistoryEvent e) => $"{e.GetType().Name} {e.EventId} '{NameOf(e)}' at {e.Timestamp:O}";

    private static string NameOf(HistoryEvent e) => e switch
    {
        TaskScheduled scheduled => scheduled.Name,
        SubOrchestrationInstanceCreated created => created.Name,
        EventSent sent => sent.Name,
        EventRaised raised => raised.Name,
        TimerCreated timer => $"{timer.FireAt:O}",
        ExecutionCompleted completed => completed.Status.ToString(),
        _ => "",
    };

    /// <summary>A stack trace names paths of the machine that recorded it.</summary>
    private static HistoryEvent WithoutPlace(HistoryEvent e) => e is TaskFailed failed ? failed with { Failure = failed.Failure with { StackTrace = null } } : e;

    private static string PathOf(string version, string name) => Path.Combine(Folder, version, $"{name}.json");

    private static string Here([CallerFilePath] string here = "") => here;
}
