namespace Azure.Messaging.ServiceBus;

public class ServiceBusReceiverOptions
{
    private int _prefetchCount;

    /// <summary>How many messages are asked for ahead of a receive call; 0 (the default) asks only for what a call wants.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int PrefetchCount
    {
        get => _prefetchCount;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(PrefetchCount));
            _prefetchCount = value;
        }
    }

    public ServiceBusReceiveMode ReceiveMode { get; set; } = ServiceBusReceiveMode.PeekLock;

    public SubQueue SubQueue { get; set; } = SubQueue.None;

    /// <summary>Names the receiver in the broker's logs; generated when null.</summary>
    public string? Identifier { get; set; }
}
