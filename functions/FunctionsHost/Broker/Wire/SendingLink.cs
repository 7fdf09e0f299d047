using Amqp.Framing;

namespace FunctionsHosting.Broker.Wire;

/// <summary>
/// The sending end of a link. Credit is kept by the owner, who hears of it by <see cref="FlowReceived"/> and sends no more than that.
/// </summary>
internal sealed class SendingLink(AmqpSession session, string name) : AmqpLink(session, name, isReceiver: false)
{
    /// <summary>The peer's flow for this link.</summary>
    public Action<Flow>? FlowReceived { get; set; }

    /// <summary>An outcome for a delivery: its id, its tag, the outcome (null: none given) and whether the peer has settled it.</summary>
    public Action<uint, byte[], DeliveryState?, bool>? OutcomeReceived { get; set; }

    public Action<Exception>? Over { get; set; }

    /// <summary>The largest message the peer takes, in bytes.</summary>
    public ulong MaxMessageSize { get; private set; } = ulong.MaxValue;

    public uint Send(byte[] tag, ReadOnlySpan<byte> payload, bool settled, uint messageFormat = 0) =>
        Session.SendDelivery(this, tag, payload, settled, messageFormat);

    /// <summary>Tells the peer how far this end has come; answers a drain when <paramref name="drained"/>.</summary>
    public void SendFlow(uint deliveryCount, uint credit, bool drained) =>
        Session.SendFlow(new Flow { Handle = Handle, DeliveryCount = deliveryCount, LinkCredit = credit, Drain = drained });

    internal override void OnFlow(Flow flow) => FlowReceived?.Invoke(flow);

    internal void OnDisposition(uint deliveryId, byte[] tag, DeliveryState? state, bool settled) =>
        OutcomeReceived?.Invoke(deliveryId, tag, state, settled);

    protected override void OnPeerAttached(Attach attach)
    {
        if (attach.HasField(10) && attach.MaxMessageSize > 0)
        {
            MaxMessageSize = attach.MaxMessageSize;
        }
    }

    protected override void OnOver(Exception reason) => Over?.Invoke(reason);
}
