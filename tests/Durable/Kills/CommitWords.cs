using LocalHost.Durable.History;
using LocalHost.Durable.Storage;

namespace Durable.Tests.Kills;

/// <summary>Says what a commit stores: "turn 2 of order (TaskCompleted, TaskScheduled)". The same commit has the same words in every run.</summary>
internal sealed class CommitWords
{
    private readonly Dictionary<string, List<string>> _runs = [];
    private readonly Dictionary<(string Run, int Id), string> _calls = [];
    private readonly Dictionary<string, int> _said = [];

    public string Of(string shard, IReadOnlyList<RowChange> changes)
    {
        var words = changes.Count == 0
            ? $"epoch of shard {shard}"
            : string.Join("; ", changes.Select(change => Change(change, changes)).Append(Deletes(changes)).Where(static w => w.Length > 0));
        var time = _said[words] = _said.GetValueOrDefault(words) + 1;
        return time == 1 ? words : $"{words} ({time})";
    }

    /// <summary>The calls of activities that the commit makes, and those whose results are in it.</summary>
    public IReadOnlyList<Journal.Entry> Calls(IReadOnlyList<RowChange> changes) =>
        [.. changes.Where(static c => c.Kind == RowChangeKind.Insert).SelectMany(c => Learn(c.Row))];

    /// <summary>The calls and results in a row of history.</summary>
    public List<Journal.Entry> Learn(TaskHubRow row)
    {
        List<Journal.Entry> learnt = [];
        if (!IsTurn(row))
        {
            return learnt;
        }

        var (id, run) = (Part(row.Key, 1), Part(row.Key, 2));
        foreach (var e in TurnRows.Read(row))
        {
            switch (e)
            {
                case TaskScheduled call:
                    _calls[(run, call.EventId)] = CallWords(id, call.EventId, call.Name, call.Input);
                    learnt.Add(new(Journal.Entry.Called, _calls[(run, call.EventId)]));
                    break;
                case TaskCompleted done:
                    learnt.Add(new(Journal.Entry.Completed, _calls[(run, done.TaskScheduledId)]));
                    break;
                case TaskFailed failed:
                    learnt.Add(new(Journal.Entry.Failed, _calls[(run, failed.TaskScheduledId)]));
                    break;
                default:
                    break;
            }
        }

        return learnt;
    }

    public static bool IsTurn(TaskHubRow row) => Part(row.Key, 0) == "turn";

    /// <param name="instanceId">The caller.</param>
    /// <param name="taskId">The number of the call in its run.</param>
    /// <param name="name">The activity.</param>
    /// <param name="input">Its input, as history keeps it; the scripts see to it that no two runs of an instance give the same to the same call.</param>
    public static string CallWords(string instanceId, int taskId, string name, string? input) => $"{instanceId} #{taskId} {name} {input}";

    private string Change(RowChange change, IReadOnlyList<RowChange> all)
    {
        var id = Part(change.Row.Key, 1);
        return change switch
        {
            { Kind: RowChangeKind.Delete } => string.Empty,
            _ when Is(change, "message") => $"message {string.Join(", ", TurnRows.ReadMessages(change.Row).Select(Message))}",
            _ when Is(change, "turn") => $"turn {int.Parse(Part(change.Row.Key, 3))} of {Run(id, Part(change.Row.Key, 2))} ({Events(change.Row)})",
            { Kind: RowChangeKind.Merge } when change.Row.Values.ContainsKey(Poison.Flag) => $"{(change.Row.Flag(Poison.Flag) ? "setting aside" : "putting back")} of {id}",
            { Kind: RowChangeKind.Merge } when change.Row.Values.ContainsKey(nameof(StatusRow.Status)) && !all.Any(c => Is(c, "turn") && Part(c.Row.Key, 1) == id) => $"end of {id} by its status",
            { Kind: not RowChangeKind.Merge } when change.Row.Number(nameof(StatusRow.Rows)) == 0 =>
                $"{(change.Row.Flag(Poison.Flag) ? "setting aside at the " : string.Empty)}start of {Run(id, change.Row.Text("ExecutionId")!)}",
            _ => string.Empty, // the status that goes with a turn
        };
    }

    private string Deletes(IReadOnlyList<RowChange> changes)
    {
        var gone = changes.Where(static c => c.Kind == RowChangeKind.Delete)
            .Select(static c => Is(c, "status") ? $"status of {Part(c.Row.Key, 1)}" : $"{Part(c.Row.Key, 0)}s of {Part(c.Row.Key, 1)}")
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        return gone.Count == 0 ? string.Empty : $"without {string.Join(", ", gone)}";
    }

    private string Run(string instanceId, string executionId)
    {
        var runs = _runs.TryGetValue(instanceId, out var known) ? known : _runs[instanceId] = [];
        if (!runs.Contains(executionId))
        {
            runs.Add(executionId);
        }

        var number = runs.IndexOf(executionId) + 1;
        return number == 1 ? instanceId : $"{instanceId}, run {number}";
    }

    private static string Events(TaskHubRow row) => string.Join(
        ", ", TurnRows.Read(row).Where(static e => e is not (OrchestratorStarted or OrchestratorCompleted)).Select(static e => e.GetType().Name));

    private static string Message(StoredMessage message) => $"{message.Event.GetType().Name} to {message.Target}";

    private static bool Is(RowChange change, string kind) => Part(change.Row.Key, 0) == kind;

    private static string Part(string key, int number) => key.Split('|')[number];
}
