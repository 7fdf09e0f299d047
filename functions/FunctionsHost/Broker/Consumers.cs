namespace FunctionsHosting.Broker;

/// <summary>The receivers of a queue, served in turns. Not thread-safe.</summary>
internal sealed class Consumers
{
    private readonly List<Consumer> _consumers = [];
    private int _turn;

    public bool Any => _consumers.Count > 0;

    /// <summary>How many messages they want in all.</summary>
    public long Wanted => _consumers.Sum(static c => c.Wants ? (long)(c.Limit - c.Delivered) : 0);

    public void Add(Consumer consumer) => _consumers.Add(consumer);

    public void Remove(Consumer consumer) => _consumers.Remove(consumer);

    /// <summary>The next one that wants a message, or null.</summary>
    public Consumer? Next()
    {
        for (var i = 0; i < _consumers.Count; i++)
        {
            _turn = (_turn + 1) % _consumers.Count;
            if (_consumers[_turn].Wants)
            {
                return _consumers[_turn];
            }
        }

        return null;
    }
}
