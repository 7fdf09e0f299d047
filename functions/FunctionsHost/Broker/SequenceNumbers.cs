namespace FunctionsHosting.Broker;

/// <summary>A queue's sequence numbers, which are never given out twice, not even over a restart; a restart may leave a gap.
/// Not thread-safe: called under the queue's lock.</summary>
internal sealed class SequenceNumbers(MessageStore store, string queue)
{
    private const long Block = 1000;

    private long _last = store.Reserved(queue);
    private long _reserved = store.Reserved(queue);

    /// <summary>Makes sure of the next <paramref name="count"/> numbers; before a transaction, which might be undone.</summary>
    public void Reserve(int count)
    {
        if (_last + count > _reserved)
        {
            store.Reserve(queue, _last + count + Block);
            _reserved = _last + count + Block;
        }
    }

    public long Next() => ++_last;
}
