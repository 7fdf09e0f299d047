using System.Buffers.Binary;
using Amqp.Framing;

namespace FunctionsHosting.Broker.Wire;

/// <summary>Sends settled messages over a link as its credit allows, in order; what exceeds it waits. Used while frames are handled only.</summary>
internal sealed class CreditedSender
{
    private readonly Queue<byte[]> _waiting = [];
    private uint _sent;
    private uint _limit;

    public CreditedSender(AmqpSession session, Attach request)
    {
        Link = new(session, request) { FlowReceived = OnFlow };
    }

    public SendingLink Link { get; }

    public void Send(byte[] message)
    {
        _waiting.Enqueue(message);
        SendWaiting();
    }

    private void OnFlow(Flow flow)
    {
        _limit = (flow.HasField(5) ? flow.DeliveryCount : 0) + (flow.HasField(6) ? flow.LinkCredit : 0);
        SendWaiting();
        if (flow.HasField(8) && flow.Drain)
        {
            _sent = _limit;
            Link.SendFlow(_sent, credit: 0, drained: true);
        }
        else if (flow.HasField(9) && flow.Echo)
        {
            Link.SendFlow(_sent, _limit - _sent, drained: false);
        }
    }

    private void SendWaiting()
    {
        while ((int)(_limit - _sent) > 0 && _waiting.TryDequeue(out var message))
        {
            var tag = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(tag, _sent++);
            Link.Send(tag, message, settled: true);
        }
    }
}
