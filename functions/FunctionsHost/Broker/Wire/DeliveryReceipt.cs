using Amqp.Framing;

namespace FunctionsHosting.Broker.Wire;

/// <summary>By which link, and as which delivery on it, a message came. It is good for one settlement.</summary>
internal sealed class DeliveryReceipt(ReceivingLink link, uint deliveryId)
{
    private int _used;

    /// <summary>Whether the caller may settle by it: the link lasts and nobody has yet.</summary>
    public bool TryUse() => !link.Gone.IsCompleted && Interlocked.Exchange(ref _used, 1) == 0;

    public Task<DeliveryState?> Settle(DeliveryState outcome) => link.Settle(deliveryId, outcome);

    /// <summary>Hands the message back unseen.</summary>
    public void Release() => link.SettleNow(deliveryId, new Released());
}
