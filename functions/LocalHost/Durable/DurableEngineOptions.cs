namespace LocalHost.Durable;

/// <summary>Limits of the engine. Times are real time, except <see cref="MaximumTimerInterval"/>.</summary>
public sealed class DurableEngineOptions
{
    /// <summary>Shards of a task hub, 1 to 16; can not change while the hub exists.</summary>
    public int PartitionCount { get; init; } = 4;

    /// <summary>
    /// False: starts and messages are stored, and wait for the next engine that runs them. For tests and benchmarks of what comes before.
    /// </summary>
    public bool RunsInstances { get; init; } = true;

    public int MaxConcurrentActivities { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentOrchestrations { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>Business time. A durable timer that is due later is made of several; changing it breaks sleeping instances.</summary>
    public TimeSpan MaximumTimerInterval { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long a stop waits for running activities and turns.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The first pause before a commit that failed is tried again; it doubles up to 30 s.</summary>
    public TimeSpan StorageRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So often is a turn tried that fails in the engine by its instance's own fault; then the instance is set aside.</summary>
    public int MaxTurnAttempts { get; init; } = 5;

    /// <summary>The first pause before such a turn is tried again; it doubles up to 30 s.</summary>
    public TimeSpan TurnRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock of these pauses.</summary>
    public TimeProvider RealTime { get; init; } = TimeProvider.System;

    /// <summary>The app's version: stamped on instances started without one, and compared with those of all that run.</summary>
    public string DefaultVersion { get; init; } = string.Empty;

    public VersionMatchStrategy VersionMatchStrategy { get; init; }

    public VersionFailureStrategy VersionFailureStrategy { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">Names the setting and what is allowed.</exception>
    public void Validate()
    {
        Check(PartitionCount is >= 1 and <= 16, nameof(PartitionCount), PartitionCount, "1 to 16");
        Check(MaxConcurrentActivities >= 1, nameof(MaxConcurrentActivities), MaxConcurrentActivities, "1 or more");
        Check(MaxConcurrentOrchestrations >= 1, nameof(MaxConcurrentOrchestrations), MaxConcurrentOrchestrations, "1 or more");
        Check(MaximumTimerInterval > TimeSpan.Zero, nameof(MaximumTimerInterval), MaximumTimerInterval, "positive");
        Check(ShutdownGrace >= TimeSpan.Zero, nameof(ShutdownGrace), ShutdownGrace, "zero or more");
        Check(StorageRetryDelay >= TimeSpan.Zero, nameof(StorageRetryDelay), StorageRetryDelay, "zero or more");
        Check(MaxTurnAttempts >= 1, nameof(MaxTurnAttempts), MaxTurnAttempts, "1 or more");
        Check(TurnRetryDelay >= TimeSpan.Zero, nameof(TurnRetryDelay), TurnRetryDelay, "zero or more");
    }

    private static void Check(bool holds, string setting, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(setting, value, $"The durable setting {setting} is {value}; allowed: {allowed}.");
        }
    }
}
