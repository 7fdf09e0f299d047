namespace FunctionsHosting.Broker;

/// <summary>The message ids of a queue's duplicate detection window, and the sequence numbers they got. Not thread-safe.</summary>
internal sealed class DuplicateWindow
{
    private readonly Dictionary<string, (long SequenceNumber, DateTimeOffset Until)> _seen = new(StringComparer.Ordinal);
    private readonly Queue<(string MessageId, DateTimeOffset Until)> _order = [];
    private readonly string _queue;
    private readonly TimeSpan _window;
    private readonly MessageStore _store;

    public DuplicateWindow(string queue, TimeSpan window, MessageStore store)
    {
        (_queue, _window, _store) = (queue, window, store);
        foreach (var (id, sequenceNumber, until) in store.SeenIds(queue))
        {
            Add(id, sequenceNumber, until);
        }
    }

    /// <summary>The sequence number of the first message with that id, when it is inside the window or in the same batch.</summary>
    public long? Find(BrokerMessage message, Dictionary<string, long> sameBatch, DateTimeOffset now)
    {
        Forget(now);
        return _seen.TryGetValue(message.MessageId, out var seen) ? seen.SequenceNumber
            : sameBatch.TryGetValue(message.MessageId, out var first) ? first
            : null;
    }

    /// <summary>Writes an id to the store, as part of the transaction that takes the message in.</summary>
    public void Store(BrokerMessage message, DateTimeOffset now) => _store.RememberId(_queue, message.MessageId, message.SequenceNumber, now + _window);

    /// <summary>Takes an id in, after that transaction.</summary>
    public void Remember(BrokerMessage message, DateTimeOffset now) => Add(message.MessageId, message.SequenceNumber, now + _window);

    private void Add(string messageId, long sequenceNumber, DateTimeOffset until)
    {
        _seen[messageId] = (sequenceNumber, until);
        _order.Enqueue((messageId, until));
    }

    private void Forget(DateTimeOffset now)
    {
        var any = false;
        while (_order.TryPeek(out var first) && first.Until <= now)
        {
            _seen.Remove(first.MessageId);
            _order.Dequeue();
            any = true;
        }

        if (any)
        {
            _store.ForgetIds(_queue, now);
        }
    }
}
