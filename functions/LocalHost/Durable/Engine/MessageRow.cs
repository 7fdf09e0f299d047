using LocalHost.Durable.History;

namespace LocalHost.Durable.Engine;

/// <summary>A stored row of messages. It goes when the last of them has been taken in: with that turn, or soon after.</summary>
internal sealed class MessageRow(int shard, string key, IReadOnlyCollection<StoredMessage> messages)
{
    private int _left = messages.Count;

    public int Shard { get; } = shard;

    public string Key { get; } = key;

    /// <summary>Of the events in it that orchestrations sent. Those for one run alone are left out: no other run can get them again.</summary>
    public IReadOnlyList<string> Sources { get; } =
        [.. messages.Where(static m => m.ExecutionId is null).Select(static m => (m.Event as EventRaised)?.Source).OfType<string>()];

    public bool IsLast => Volatile.Read(ref _left) == 1;

    /// <summary>True for the last message.</summary>
    public bool TakeOne() => Interlocked.Decrement(ref _left) == 0;
}
