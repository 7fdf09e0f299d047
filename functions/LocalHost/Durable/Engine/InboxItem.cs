using LocalHost.Durable.History;

namespace LocalHost.Durable.Engine;

/// <summary>What waits in an instance's mailbox.</summary>
internal abstract record InboxItem;

/// <summary>Something is due: a timer, or the start.</summary>
internal sealed record Wake : InboxItem
{
    public static readonly Wake Instance = new();
}

/// <summary>An event for the instance, for one of its runs where one is named.</summary>
internal sealed record Incoming(HistoryEvent Event, string? ExecutionId, MessageRow? Row) : InboxItem
{
    /// <summary>Read from the store at start-up, so it may have been taken in before.</summary>
    public bool IsRedelivered { get; init; }

    /// <summary>It is part of a stored turn, or was found to be nothing new.</summary>
    public bool IsTakenIn { get; set; }
}

/// <summary>Something that must not run beside a turn of the instance: a start, a purge.</summary>
internal sealed record Operation(Func<Task> Run) : InboxItem
{
    public bool IsDone { get; set; }
}
