namespace FunctionsHosting.Broker;

/// <summary>How many messages of a queue are in which state. A locked one counts as locked only.</summary>
public readonly record struct QueueCounts(int Active, int Locked, int Deferred, int Scheduled)
{
    public int Total => Active + Locked + Deferred + Scheduled;
}
