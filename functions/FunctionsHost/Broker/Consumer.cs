namespace FunctionsHosting.Broker;

/// <summary>A message handed to a receiver; without a lock when it was received and deleted.</summary>
public readonly record struct Delivery(BrokerMessage Message, Guid LockToken, DateTimeOffset LockedUntil);

/// <summary>
/// Someone who receives from a queue. The queue delivers as long as <see cref="Limit"/> is ahead of <see cref="Delivered"/>;
/// both are counts from the beginning, which wrap around, so that a limit told twice gives no credit twice.
/// </summary>
/// <param name="receiveAndDelete">Whether messages are gone with their delivery.</param>
/// <param name="deliver">Called under the queue's lock: it must be quick and must not call the queue.</param>
public sealed class Consumer(bool receiveAndDelete, Action<Delivery> deliver)
{
    public bool ReceiveAndDelete => receiveAndDelete;

    public uint Delivered { get; internal set; }

    public uint Limit { get; internal set; }

    internal bool Wants => (int)(Limit - Delivered) > 0;

    internal void Deliver(Delivery delivery) => deliver(delivery);
}
