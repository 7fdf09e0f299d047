using System.Text.Json.Serialization;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.History;

/// <summary>A turn begins; its time is the turn's time.</summary>
internal sealed record OrchestratorStarted : HistoryEvent;

internal sealed record OrchestratorCompleted : HistoryEvent;

internal sealed record ExecutionStarted(string Name, string ExecutionId) : HistoryEvent
{
    public string? Input { get; init; }

    public string? Version { get; init; }

    public ParentInstance? Parent { get; init; }

    public Dictionary<string, string>? Tags { get; init; }

    public DateTime? ScheduledStartTime { get; init; }

    /// <summary>Sources of events that former runs took in, and that a crash would deliver again; null: none.</summary>
    public List<string>? TakenIn { get; init; }

    /// <summary>The trace the start belongs to.</summary>
    public string? TraceParent { get; init; }

    [JsonIgnore]
    public override int PayloadLength => Input?.Length ?? 0;
}

/// <summary>Which call of which run of which instance waits for this one.</summary>
internal sealed record ParentInstance(string Name, string InstanceId, string ExecutionId, int TaskScheduledId)
{
    /// <summary>After how many rewinds the call was made; null for none. A number can be called anew after a rewind.</summary>
    public int? Rewinds { get; init; }

    public bool IsSameCall(ParentInstance? other) => other is not null && other with { Rewinds = Rewinds } == this;
}

internal sealed record ExecutionCompleted(OrchestrationRuntimeStatus Status) : HistoryEvent
{
    /// <summary>Output as JSON; of a failed one "type: message".</summary>
    public string? Result { get; init; }

    public Failure? Failure { get; init; }

    [JsonIgnore]
    public override int PayloadLength => (Result?.Length ?? 0) + (Failure?.Length ?? 0);
}

internal sealed record ExecutionTerminated : HistoryEvent
{
    public string? Input { get; init; }

    [JsonIgnore]
    public override int PayloadLength => Input?.Length ?? 0;
}

internal sealed record ExecutionSuspended : HistoryEvent
{
    public string? Reason { get; init; }
}

internal sealed record ExecutionResumed : HistoryEvent
{
    public string? Reason { get; init; }
}
