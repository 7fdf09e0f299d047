using System.Collections.Immutable;

namespace Microsoft.DurableTask;

/// <summary>How a new orchestration starts. Without an <see cref="InstanceId"/> it gets a random one.</summary>
public record StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
{
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    public TaskVersion? Version { get; init; }

    /// <summary>States of an existing instance in which the start is refused. Null: the host's default; empty: whatever exists is replaced.</summary>
    public IReadOnlyList<string>? DedupeStatuses { get; init; }
}
