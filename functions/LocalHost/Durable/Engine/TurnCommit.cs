using LocalHost.Durable.History;
using LocalHost.Durable.Replay;
using LocalHost.Durable.Storage;

namespace LocalHost.Durable.Engine;

/// <summary>One turn as the changes that are stored together: status, history, messages taken in and sent out.</summary>
internal sealed class TurnCommit
{
    private const int MostText = 8 * ValueTooLargeException.Most;

    private TurnCommit(StatusRow status, List<RowChange> changes, List<StoredMessage> messages, MessageRow? messageRow) =>
        (Status, Changes, Messages, MessageRow) = (status, changes, messages, messageRow);

    public StatusRow Status { get; }

    public List<RowChange> Changes { get; }

    public List<StoredMessage> Messages { get; }

    public MessageRow? MessageRow { get; }

    /// <param name="hub">The hub.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="run">The run as it was before the turn.</param>
    /// <param name="outcome">The turn.</param>
    /// <param name="status">What the status row will say, but for the number of rows.</param>
    /// <param name="messages">What the turn sends.</param>
    /// <param name="deletes">Rows of the shard that go with the turn.</param>
    /// <exception cref="ValueTooLargeException">A value in it, or all of it, is larger than the engine takes.</exception>
    public static TurnCommit Compose(
        TaskHub hub,
        string instanceId,
        Execution run,
        TurnOutcome outcome,
        StatusRow status,
        List<StoredMessage> messages,
        IEnumerable<string> deletes)
    {
        outcome.Events.ForEach(ValueTooLargeException.Check);
        ValueTooLargeException.Check(status.CustomStatus?.Length ?? 0, "The custom status");
        var length = outcome.Events.Sum(static e => (long)e.PayloadLength) + messages.Sum(static m => (long)m.Event.PayloadLength);
        ValueTooLargeException.Check(length, "All that happened in one turn", MostText);

        status = status with { Rows = run.Rows + 1 };
        var keepsCustomStatus = outcome.KeepsCustomStatus || (outcome.IsCustomStatusOld && RowText.IsLong(status.CustomStatus));
        List<RowChange> changes =
        [
            run.IsUnwritten
                ? RowChange.Replace(TaskHubKeys.Status(instanceId), status.Whole())
                : RowChange.Merge(TaskHubKeys.Status(instanceId), status.Progress(withCustomStatus: !keepsCustomStatus)),
            TurnRows.Write(instanceId, run.Id, status.Rows, outcome.Events),
        ];
        MessageRow? row = null;
        if (messages.Count > 0)
        {
            row = new(hub.ShardOf(instanceId), TaskHubKeys.Message(instanceId, hub.NextSequence()), messages.Count);
            changes.Add(TurnRows.WriteMessages(row.Key, messages));
        }

        changes.AddRange(deletes.Select(RowChange.Delete));
        return new(status, changes, messages, row);
    }

    /// <summary>What a turn sends to other instances: events, starts of sub-orchestrations, its own end to its parent.</summary>
    public static IEnumerable<StoredMessage> Outgoing(string instanceId, ExecutionStarted run, IEnumerable<HistoryEvent> events) =>
        events.SelectMany(e => Outgoing(instanceId, run, e));

    private static IEnumerable<StoredMessage> Outgoing(string instanceId, ExecutionStarted run, HistoryEvent e) => e switch
    {
        EventSent sent =>
        [
            new(sent.InstanceId, new EventRaised(sent.Name)
            {
                Input = sent.Input,
                Source = $"{instanceId}/{run.ExecutionId}/{sent.EventId}",
                Timestamp = sent.Timestamp,
            }),
        ],
        SubOrchestrationInstanceCreated child =>
        [
            new(child.InstanceId, new ExecutionStarted(child.Name, NewExecutionId())
            {
                Input = child.Input,
                Version = child.Version,
                Tags = child.Tags,
                Parent = new(run.Name, instanceId, run.ExecutionId, child.EventId),
                TraceParent = run.TraceParent,
                Timestamp = child.Timestamp,
            }),
        ],
        ExecutionCompleted end when run.Parent is { } parent => [ToParent(parent, end)],
        _ => [],
    };

    public static string NewExecutionId() => Guid.NewGuid().ToString("N");

    private static StoredMessage ToParent(ParentInstance parent, ExecutionCompleted end)
    {
        HistoryEvent answer = end.Status == Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Completed
            ? new SubOrchestrationInstanceCompleted(parent.TaskScheduledId) { Result = end.Result, Timestamp = end.Timestamp }
            : new SubOrchestrationInstanceFailed(parent.TaskScheduledId)
            {
                Failure = end.Failure,
                Reason = end.Failure is null ? end.Result : null,
                Timestamp = end.Timestamp,
            };
        return new(parent.InstanceId, answer) { ExecutionId = parent.ExecutionId };
    }
}
