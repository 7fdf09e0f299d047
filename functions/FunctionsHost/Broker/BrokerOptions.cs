namespace FunctionsHosting.Broker;

public sealed class BrokerOptions
{
    /// <summary>Usual name of the file in a data folder.</summary>
    public const string FileName = "servicebus.db";

    /// <summary>The queues there are; <see cref="EmulatorConfig.Load"/> reads them from a config.json of the official emulator.</summary>
    public required IReadOnlyList<QueueSettings> Queues { get; init; }

    /// <summary>The SQLite file that keeps the messages; null keeps them in memory only.</summary>
    public string? DataFile { get; init; }

    /// <summary>The clock of locks. Everything else of the broker lives by the business clock.</summary>
    public TimeProvider LockClock { get; init; } = TimeProvider.System;
}
