namespace FunctionsHosting.Broker;

/// <summary>What is set for one queue; names and defaults as in the official emulator's config.json.</summary>
public sealed record QueueSettings(string Name)
{
    public static readonly TimeSpan Forever = TimeSpan.MaxValue;

    /// <summary>5 seconds to 5 minutes.</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Deliveries after which a message that is not completed is dead-lettered; 1 to 2000.</summary>
    public int MaxDeliveryCount { get; init; } = 10;

    /// <summary>The time to live of a message that names none, and the longest one any message gets.</summary>
    public TimeSpan DefaultMessageTimeToLive { get; init; } = Forever;

    /// <summary>Whether an expired message goes to the dead-letter queue or away.</summary>
    public bool DeadLetteringOnMessageExpiration { get; init; }

    /// <summary>Whether a message id seen within the window is accepted and dropped.</summary>
    public bool RequiresDuplicateDetection { get; init; }

    /// <summary>20 seconds to 7 days.</summary>
    public TimeSpan DuplicateDetectionHistoryTimeWindow { get; init; } = TimeSpan.FromMinutes(10);
}
