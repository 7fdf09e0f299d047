namespace LocalHost.ServiceBus;

/// <summary>A queue's sequence numbers, which are never given out twice, not even over a restart; a restart may leave a gap.</summary>
internal sealed class SequenceNumbers(MessageStore store, string queue)
{
    private const long Block = 1000;

    private long _last = store.Reserved(queue);
    private long _reserved = store.Reserved(queue);

    /// <summary>Not thread-safe: called under the queue's lock.</summary>
    public long Next()
    {
        if (_last == _reserved)
        {
            store.Reserve(queue, _reserved + Block);
            _reserved += Block;
        }

        return ++_last;
    }
}
