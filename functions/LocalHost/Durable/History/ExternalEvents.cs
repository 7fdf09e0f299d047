using System.Text.Json.Serialization;

namespace LocalHost.Durable.History;

internal sealed record EventSent(string InstanceId, string Name) : HistoryEvent
{
    public string? Input { get; init; }

    [JsonIgnore]
    public override int PayloadLength => Input?.Length ?? 0;
}

internal sealed record EventRaised(string Name) : HistoryEvent
{
    public string? Input { get; init; }

    /// <summary>Set where an orchestration sent it: "instance/execution/event id", and after a rewind "/" its number, by which a second delivery is recognised.</summary>
    public string? Source { get; init; }

    [JsonIgnore]
    public override int PayloadLength => Input?.Length ?? 0;
}
