namespace LocalHost.Durable.History;

/// <summary>An event on its way to an instance, as it is stored until the instance's turn has taken it in.</summary>
internal sealed record StoredMessage(string Target, HistoryEvent Event)
{
    /// <summary>The run the event is for; null: whichever runs.</summary>
    public string? ExecutionId { get; init; }
}
