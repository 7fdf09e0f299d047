using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
using Microsoft.DurableTask.Worker.Grpc;
using P = Microsoft.DurableTask.Protobuf;

namespace Model.Tests;

/// <summary>
/// A history as a running case of a released version has it stored, in the worker's own protocol: <c>Golden/{version}/{name}.jsonl</c>, one event
/// a line as protobuf JSON.
/// </summary>
internal sealed record GoldenHistory(IReadOnlyList<P.HistoryEvent> Events)
{
    public P.ExecutionStartedEvent Start => Events.Select(static e => e.ExecutionStarted).First(static start => start is not null);

    private static string Folder { get; } = Path.Combine(Path.GetDirectoryName(Here())!, "Golden");

    /// <summary>All there are: version and name.</summary>
    public static IEnumerable<(string Version, string Name)> All => Directory.EnumerateFiles(Folder, "*.jsonl", SearchOption.AllDirectories)
        .Select(static file => (Path.GetFileName(Path.GetDirectoryName(file))!, Path.GetFileNameWithoutExtension(file)));

    public static GoldenHistory Read(string version, string name) =>
        new([.. File.ReadLines(PathOf(version, name)).Select(P.HistoryEvent.Parser.ParseJson)]);

    public static GoldenHistory Of(IEnumerable<DurableTask.Core.History.HistoryEvent> recorded) =>
        new([.. recorded.Select(static e => WithoutPlace(ProtobufUtils.ToHistoryEventProto(e)))]);

    public void Write(string version, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(version, name))!);
        File.WriteAllLines(PathOf(version, name), Events.Select(static e => JsonFormatter.Default.Format(e)));
    }

    /// <summary>
    /// Runs the code over it turn by turn on the official worker. That by itself finds a call that changed or is gone; compared turn by turn, a
    /// call more at the end and a timer at another time are found as well.
    /// </summary>
    /// <param name="code">Has the orchestrator of this history.</param>
    /// <returns>The first thing that the code does otherwise, in words; null when there is none.</returns>
    public string? FirstDifference(DurableTaskRegistry code)
    {
        var orchestrator = code.GetOrchestrators().Single(one => one.Key.Name == Start.Name).Value(null!);
        for (var (from, turns) = (0, 1); from < Events.Count; turns++)
        {
            var length = Events.Skip(from).TakeWhile(static e => e.OrchestratorCompleted is null).Count();
            var turn = Events.Skip(from).Take(length).ToList();
            List<string> was = [.. turn.Where(static e => e.EventId >= 0).Select(Essence)];
            List<string> does = [.. Run(orchestrator, past: Events.Take(from), told: turn.Where(static e => e.EventId < 0)).Select(Essence)];
            if (Enumerable.Range(0, Math.Max(was.Count, does.Count)).FirstOrDefault(n => was.ElementAtOrDefault(n) != does.ElementAtOrDefault(n), -1) is >= 0 and var first)
            {
                return $"{Start.Name}, turn {turns}: the history has {was.ElementAtOrDefault(first) ?? "nothing more"}, " +
                    $"the code of today does {does.ElementAtOrDefault(first) ?? "nothing more"}.";
            }

            from += length + 1;
        }

        return null;
    }

    private static IEnumerable<P.OrchestratorAction> Run(ITaskOrchestrator orchestrator, IEnumerable<P.HistoryEvent> past, IEnumerable<P.HistoryEvent> told)
    {
        var request = new P.OrchestratorRequest { InstanceId = "golden", PastEvents = { past }, NewEvents = { told } };
        var response = GrpcOrchestrationRunner.LoadAndRun(Convert.ToBase64String(request.ToByteArray()), orchestrator);
        return P.OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(response)).Actions;
    }

    /// <summary>What was decided, and at which number; inputs are records that grow.</summary>
    private static string Essence(P.HistoryEvent e) => $"{e.EventId} " + e switch
    {
        { TaskScheduled: { } call } => $"call of {call.Name}",
        { TimerCreated: { } timer } => $"timer at {timer.FireAt.ToDateTime():O}",
        { EventSent: { } sent } => $"event {sent.Name} to {sent.InstanceId}",
        { ExecutionCompleted: { } end } => $"end, {end.OrchestrationStatus}",
        _ => $"{e.EventTypeCase}",
    };

    private static string Essence(P.OrchestratorAction action) => $"{action.Id} " + action switch
    {
        { ScheduleTask: { } call } => $"call of {call.Name}",
        { CreateTimer: { } timer } => $"timer at {timer.FireAt.ToDateTime():O}",
        { SendEvent: { } sent } => $"event {sent.Name} to {sent.Instance.InstanceId}",
        { CompleteOrchestration: { FailureDetails: { } failure } end } => $"end, {end.OrchestrationStatus}: {failure.ErrorMessage}",
        { CompleteOrchestration: { } end } => $"end, {end.OrchestrationStatus}",
        _ => $"{action.OrchestratorActionTypeCase}",
    };

    /// <summary>A stack trace names paths of the machine that recorded it.</summary>
    private static P.HistoryEvent WithoutPlace(P.HistoryEvent e)
    {
        for (var failure = e.TaskFailed?.FailureDetails; failure is not null; failure = failure.InnerFailure)
        {
            failure.StackTrace = null;
        }

        return e;
    }

    private static string PathOf(string version, string name) => Path.Combine(Folder, version, $"{name}.jsonl");

    private static string Here([CallerFilePath] string here = "") => here;
}
