namespace LocalHost.ServiceBus;

/// <summary>The message ids of the duplicate detection window, and the sequence numbers they got. Not thread-safe.</summary>
internal sealed class SeenIds
{
    private readonly Dictionary<string, (long SequenceNumber, DateTimeOffset Until)> _seen = new(StringComparer.Ordinal);
    private readonly Queue<(string MessageId, DateTimeOffset Until)> _order = [];

    public void Add(string messageId, long sequenceNumber, DateTimeOffset until)
    {
        _seen[messageId] = (sequenceNumber, until);
        _order.Enqueue((messageId, until));
    }

    /// <summary>The sequence number of the first message with that id, when it is inside the window.</summary>
    public long? Find(string messageId, DateTimeOffset now) =>
        _seen.TryGetValue(messageId, out var seen) && seen.Until > now ? seen.SequenceNumber : null;

    /// <summary>Drops what has left the window; whether anything has.</summary>
    public bool Forget(DateTimeOffset now)
    {
        var any = false;
        while (_order.TryPeek(out var first) && first.Until <= now)
        {
            _order.Dequeue();
            if (_seen.TryGetValue(first.MessageId, out var seen) && seen.Until == first.Until)
            {
                _seen.Remove(first.MessageId);
            }

            any = true;
        }

        return any;
    }
}
