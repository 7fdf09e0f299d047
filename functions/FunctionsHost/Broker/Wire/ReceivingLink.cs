using System.Buffers;
using Amqp.Framing;

namespace FunctionsHosting.Broker.Wire;

/// <summary>A whole message as it arrived. The payload is valid during the handler's call.</summary>
internal readonly record struct Incoming(uint DeliveryId, uint MessageFormat, bool Settled, ReadOnlyMemory<byte> Payload);

/// <summary>The end of a link at which messages arrive.</summary>
/// <param name="session">What the peer attached it on.</param>
/// <param name="request">The peer's attach.</param>
/// <param name="credit">How many messages the peer may send ahead; topped up when half of it is used.</param>
/// <param name="maxMessageSize">In bytes; a larger message ends the link.</param>
internal sealed class ReceivingLink(AmqpSession session, Attach request, uint credit, int maxMessageSize) : AmqpLink(session, request)
{
    private readonly ArrayBufferWriter<byte> _parts = new();
    private Transfer? _first;
    private uint _deliveryCount = request.HasField(9) ? request.InitialDeliveryCount : 0;
    private uint _credit;

    /// <summary>Called for each whole message.</summary>
    public required Action<ReceivingLink, Incoming> Received { get; init; }

    /// <summary>Accepts the peer's request and lets it send.</summary>
    public void Accept(Attach reply)
    {
        reply.MaxMessageSize = (ulong)maxMessageSize;
        Session.Accept(this, reply);
        TopUp();
    }

    /// <summary>The final outcome of a delivery.</summary>
    public void Settle(uint deliveryId, DeliveryState outcome) =>
        Session.Send(new Dispose { Role = true, First = deliveryId, Settled = true, State = outcome });

    internal void OnTransfer(Transfer transfer, ReadOnlySpan<byte> payload)
    {
        if (IsGone)
        {
            return;
        }

        if (transfer.HasField(9) && transfer.Aborted)
        {
            Reset();
            return;
        }

        var first = _first ??= transfer;
        _parts.Write(payload);
        if (_parts.WrittenCount > maxMessageSize)
        {
            Reset();
            Detach(new Error("amqp:link:message-size-exceeded") { Description = $"The message is larger than {maxMessageSize} bytes." });
            return;
        }

        if (transfer.More)
        {
            return;
        }

        CountDelivery();
        Received(this, new(first.DeliveryId, first.MessageFormat, first.Settled, _parts.WrittenMemory));
        Reset();
    }

    internal override void OnFlow(Flow flow)
    {
        if (flow.HasField(9) && flow.Echo)
        {
            SendFlow();
        }
    }

    private void CountDelivery()
    {
        if (_credit == 0)
        {
            throw new AmqpFault("amqp:link:transfer-limit-exceeded", $"A transfer on {Name} without credit.");
        }

        _deliveryCount++;
        if (--_credit <= credit / 2)
        {
            TopUp();
        }
    }

    private void TopUp()
    {
        _credit = credit;
        SendFlow();
    }

    private void SendFlow() => Session.SendFlow(new Flow { Handle = Handle, DeliveryCount = _deliveryCount, LinkCredit = _credit });

    private void Reset()
    {
        _first = null;
        _parts.ResetWrittenCount();
    }
}
