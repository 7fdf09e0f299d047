using Amqp.Framing;

namespace FunctionsHosting.Broker.Wire;

/// <summary>
/// The end of a link that sends. Credit is kept by the owner, who hears of it by <see cref="FlowReceived"/> and sends no more than that.
/// </summary>
internal sealed class SendingLink(AmqpSession session, Attach request) : AmqpLink(session, request)
{
    /// <summary>The peer's flow for this link.</summary>
    public required Action<Flow> FlowReceived { get; init; }

    /// <summary>An outcome for a delivery that was not sent settled: its id, its tag, the outcome and whether the peer has settled it.</summary>
    public Action<uint, byte[], DeliveryState, bool>? OutcomeReceived { get; init; }

    public void Send(byte[] tag, ReadOnlySpan<byte> payload, bool settled) => Session.SendDelivery(this, tag, payload, settled);

    /// <summary>Tells the peer how far this end has come; answers a drain when <paramref name="drained"/>.</summary>
    public void SendFlow(uint deliveryCount, uint credit, bool drained) =>
        Session.SendFlow(new Flow { Handle = Handle, DeliveryCount = deliveryCount, LinkCredit = credit, Drain = drained });

    internal override void OnFlow(Flow flow) => FlowReceived(flow);

    internal void OnDisposition(uint deliveryId, byte[] tag, DeliveryState? state, bool settled)
    {
        if (state is not null)
        {
            OutcomeReceived?.Invoke(deliveryId, tag, state, settled);
        }
    }
}
