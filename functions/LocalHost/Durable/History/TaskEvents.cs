using System.Text.Json.Serialization;

namespace LocalHost.Durable.History;

internal sealed record TaskScheduled(string Name) : HistoryEvent
{
    public string? Version { get; init; }

    /// <summary>A JSON array of one.</summary>
    public string? Input { get; init; }

    [JsonIgnore]
    public override int PayloadLength => Input?.Length ?? 0;
}

internal sealed record TaskCompleted(int TaskScheduledId) : HistoryEvent
{
    public string? Result { get; init; }

    [JsonIgnore]
    public override int PayloadLength => Result?.Length ?? 0;
}

internal sealed record TaskFailed(int TaskScheduledId, Failure Failure) : HistoryEvent
{
    [JsonIgnore]
    public override int PayloadLength => Failure.Length;
}

internal sealed record SubOrchestrationInstanceCreated(string Name, string InstanceId) : HistoryEvent
{
    public string? Version { get; init; }

    public string? Input { get; init; }

    public Dictionary<string, string>? Tags { get; init; }

    [JsonIgnore]
    public override int PayloadLength => Input?.Length ?? 0;
}

internal sealed record SubOrchestrationInstanceCompleted(int TaskScheduledId) : HistoryEvent
{
    public string? Result { get; init; }

    /// <summary>Which end of the child it tells: a number that was undone by a rewind can be answered once more, but not by the same end.</summary>
    public string? Source { get; init; }

    [JsonIgnore]
    public override int PayloadLength => Result?.Length ?? 0;
}

internal sealed record SubOrchestrationInstanceFailed(int TaskScheduledId) : HistoryEvent
{
    /// <summary>Null when the child was terminated; then <see cref="Reason"/> has its output.</summary>
    public Failure? Failure { get; init; }

    public string? Reason { get; init; }

    /// <inheritdoc cref="SubOrchestrationInstanceCompleted.Source"/>
    public string? Source { get; init; }

    [JsonIgnore]
    public override int PayloadLength => (Failure?.Length ?? 0) + (Reason?.Length ?? 0);
}
