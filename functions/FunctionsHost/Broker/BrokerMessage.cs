namespace FunctionsHosting.Broker;

public enum MessageState
{
    Active = 0,
    Deferred = 1,
    Scheduled = 2,
}

/// <summary>
/// A message in a queue. The broker reads the fields it acts on; body, properties and annotations are the edge's bytes, kept as they came.
/// Changed only by the queue that holds it, under the queue's lock.
/// </summary>
public sealed class BrokerMessage
{
    public required string MessageId { get; init; }

    public required byte[] Body { get; init; }

    public byte[] Properties { get; init; } = [];

    /// <summary>Settling a message may merge others into them.</summary>
    public byte[] ApplicationProperties { get; internal set; } = [];

    /// <summary>The sender's own annotations.</summary>
    public byte[] Annotations { get; init; } = [];

    /// <summary>The sender's time to live; null leaves it to the queue.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>When the message becomes receivable; null means at once.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    public long SequenceNumber { get; internal set; }

    public DateTimeOffset EnqueuedAt { get; internal set; }

    public DateTimeOffset ExpiresAt { get; internal set; } = DateTimeOffset.MaxValue;

    /// <summary>Deliveries that came to nothing; 0 on the first.</summary>
    public int DeliveryCount { get; internal set; }

    public MessageState State { get; internal set; }

    public string? DeadLetterSource { get; internal set; }

    public string? DeadLetterReason { get; internal set; }

    public string? DeadLetterDescription { get; internal set; }

    internal Guid? LockToken { get; set; }

    internal DateTimeOffset LockedUntil { get; set; }

    /// <summary>Whether the store's count has the delivery under way in it, which <see cref="DeliveryCount"/> has not.</summary>
    internal bool DeliveryIsStored { get; set; }
}
