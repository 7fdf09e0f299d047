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

    /// <summary>How many rows of the former run go with the turn: the last ones.</summary>
    public int FormerRowsDeleted { get; private init; }

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

        var hasEvents = outcome.Events.Count > 0;
        status = status with { Rows = run.Rows + (hasEvents ? 1 : 0) };
        var keepsCustomStatus = outcome.KeepsCustomStatus || (outcome.IsCustomStatusOld && RowText.IsLong(status.CustomStatus));
        List<RowChange> changes =
        [
            run.IsUnwritten
                ? RowChange.Replace(TaskHubKeys.Status(instanceId), status.Whole())
                : RowChange.Merge(TaskHubKeys.Status(instanceId), status.Progress(withCustomStatus: !keepsCustomStatus)),
            .. hasEvents ? new[] { TurnRows.Write(instanceId, run.Id, status.Rows, outcome.Events) } : [],
        ];
        MessageRow? row = null;
        if (messages.Count > 0)
        {
            row = new(hub.ShardOf(instanceId), TaskHubKeys.Message(instanceId, hub.NextSequence()), messages);
            hub.StoredEvents.Add(row);
            changes.Add(TurnRows.WriteMessages(row.Key, messages));
        }

        changes.AddRange(deletes.Select(RowChange.Delete));
        return new(status, changes, messages, row) { FormerRowsDeleted = DeleteLast(instanceId, run.Former, changes) };
    }

    /// <summary>
    /// Deletes a run's rows, the last ones first and as many as fit the commit; gives their number. Later deletes would be lost with the host.
    /// </summary>
    public static int DeleteLast(string instanceId, (string Id, int Rows)? run, List<RowChange> changes)
    {
        var (id, rows) = run ?? (string.Empty, 0);
        var fits = Math.Clamp(ITaskHubStore.MostChanges - changes.Count, 0, rows);
        changes.AddRange(Enumerable.Range(rows - fits + 1, fits).Select(n => RowChange.Delete(TaskHubKeys.Turn(instanceId, id, n))));
        return fits;
    }

    /// <summary>What a turn sends to other instances: events, starts and rewinds of sub-orchestrations, its own end to its parent.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="run">The run as it was before the turn.</param>
    /// <param name="events">The turn.</param>
    public static IEnumerable<StoredMessage> Outgoing(string instanceId, Execution run, IReadOnlyList<HistoryEvent> events) =>
        events.SelectMany(e => Outgoing(instanceId, run.Start, e, () => Rewinds(run.Events) + Rewinds(events)));

    /// <summary>What the end of an instance sends that ends without a turn: told apart from every end that a turn tells.</summary>
    public static IEnumerable<StoredMessage> Outgoing(string instanceId, ExecutionStarted run, ExecutionCompleted end) =>
        Outgoing(instanceId, run, end, static () => -1);

    private static int Rewinds(IEnumerable<HistoryEvent> events) => events.Count(static e => e is ExecutionRewound);

    private static IEnumerable<StoredMessage> Outgoing(string instanceId, ExecutionStarted run, HistoryEvent e, Func<int> rewinds) => e switch
    {
        EventSent sent =>
        [
            new(sent.InstanceId, new EventRaised(sent.Name)
            {
                Input = sent.Input,
                Source = $"{instanceId}/{run.ExecutionId}/{sent.EventId}{(rewinds() is > 0 and var rewind ? $"/{rewind}" : "")}",
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
                Parent = new(run.Name, instanceId, run.ExecutionId, child.EventId) { Rewinds = rewinds() is > 0 and var rewind ? rewind : null },
                TraceParent = run.TraceParent,
                Timestamp = child.Timestamp,
            }),
        ],
        ExecutionRewound rewound =>
            (rewound.Children ?? []).Select(child => new StoredMessage(child.InstanceId, new ExecutionRewound
            {
                Reason = rewound.Reason,
                Parent = new(run.Name, instanceId, run.ExecutionId, child.TaskScheduledId),
                Source = $"{instanceId}/{run.ExecutionId}/{rewinds()}/{child.TaskScheduledId}",
                Timestamp = rewound.Timestamp,
            })),
        ExecutionCompleted end when run.Parent is { } parent => [ToParent(parent, end, $"{run.ExecutionId}/{rewinds()}")],
        _ => [],
    };

    public static string NewExecutionId() => Guid.NewGuid().ToString("N");

    /// <summary>How an instance that was called by another ended, as the other's answer.</summary>
    public static StoredMessage ToParent(ParentInstance parent, ExecutionCompleted end, string source)
    {
        HistoryEvent answer = end.Status == Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Completed
            ? new SubOrchestrationInstanceCompleted(parent.TaskScheduledId) { Result = end.Result, Source = source, Timestamp = end.Timestamp }
            : new SubOrchestrationInstanceFailed(parent.TaskScheduledId)
            {
                Failure = end.Failure,
                Reason = end.Failure is null ? end.Result : null,
                Source = source,
                Timestamp = end.Timestamp,
            };
        return new(parent.InstanceId, answer) { ExecutionId = parent.ExecutionId };
    }
}
