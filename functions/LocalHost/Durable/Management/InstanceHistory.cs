using LocalHost.Durable.History;
using LocalHost.Durable.Storage;

namespace LocalHost.Durable.Management;

/// <summary>An instance as it is stored: where it is, and its history so far.</summary>
internal sealed record InstanceHistory(StatusRow Status, IReadOnlyList<HistoryEvent> Events)
{
    /// <summary>Why there are no events, though there should be.</summary>
    public string? Unreadable { get; init; }
}
