using System.Text.Json.Serialization;

namespace LocalHost.Durable.History;

/// <summary>
/// The instance was taken up again after it had failed. The history before stays as it was written; what counts no more is named here, and
/// <see cref="Rewinding.Effective"/> leaves it out. As a message it asks a sub-orchestration to do the same.
/// </summary>
internal sealed record ExecutionRewound : HistoryEvent
{
    public string? Reason { get; init; }

    /// <summary>Which events of the run count no more: their places in its history, from 0.</summary>
    public IReadOnlyList<int> Undone { get; init; } = [];

    /// <summary>The calls of sub-orchestrations without an answer: they are asked to go on, or for their answer once more.</summary>
    public IReadOnlyList<ChildCall>? Children { get; init; }

    /// <summary>In a message, and in the history of who was asked: the call that waits for the answer.</summary>
    public ParentInstance? Parent { get; init; }

    /// <summary>Set with <see cref="Parent"/>: "instance/execution/rewind/call", by which a second delivery is recognised.</summary>
    public string? Source { get; init; }

    [JsonIgnore]
    public override int PayloadLength => Reason?.Length ?? 0;
}

/// <summary>A call of a sub-orchestration: its number in the caller's history, and the instance that answers.</summary>
internal sealed record ChildCall(int TaskScheduledId, string InstanceId);

/// <summary>Stands in a history, never in the store, where an event was that a rewind has undone.</summary>
internal sealed record GenericEvent(HistoryEvent Undone) : HistoryEvent
{
    /// <summary>As Durable Task writes it.</summary>
    public string Data => $"Rewound: {Undone.GetType().Name}";
}
