using Amqp.Framing;
using Amqp.Types;
using FunctionsHosting.Broker.Wire;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Broker.Edge;

/// <summary>A link by which a peer receives from a queue.</summary>
internal sealed partial class ReceiveSource
{
    private readonly BrokerQueue _queue;
    private readonly SendingLink _link;
    private readonly Consumer _consumer;
    private readonly ILogger _log;

    private ReceiveSource(BrokerQueue queue, AmqpSession session, Attach attach, ILogger log)
    {
        _queue = queue;
        _log = log;
        var receiveAndDelete = attach.SndSettleMode == SenderSettleMode.Settled;
        _link = new(session, attach) { FlowReceived = OnFlow, OutcomeReceived = OnOutcome, Over = OnOver };
        _consumer = new(receiveAndDelete, Deliver);
    }

    public static void Connect(BrokerQueue queue, AmqpSession session, Attach attach, ILogger log)
    {
        var source = new ReceiveSource(queue, session, attach, log);
        session.Accept(source._link, new Attach
        {
            Source = attach.Source,
            Target = attach.Target,
            SndSettleMode = attach.SndSettleMode,
            RcvSettleMode = attach.RcvSettleMode,
            Properties = attach.Properties,
        });
        queue.Attach(source._consumer);
    }

    private void Deliver(Delivery delivery) =>
        _link.Send(delivery.LockToken.ToByteArray(), WireMessage.Write(delivery).Written(), settled: _consumer.ReceiveAndDelete);

    private void OnFlow(Flow flow)
    {
        if (!flow.HasField(6))
        {
            return;
        }

        var drain = flow.HasField(8) && flow.Drain;
        _queue.Offer(_consumer, (flow.HasField(5) ? flow.DeliveryCount : 0) + flow.LinkCredit, drain);
        if (drain)
        {
            _link.SendFlow(_consumer.Delivered, credit: 0, drained: true);
        }
        else if (flow.HasField(9) && flow.Echo)
        {
            _link.SendFlow(_consumer.Delivered, _consumer.Limit - _consumer.Delivered, drained: false);
        }
    }

    private void OnOutcome(uint deliveryId, byte[] tag, DeliveryState state, bool settled)
    {
        var answer = Settlement.Apply(_queue, new Guid(tag), state);
        if (answer is Rejected)
        {
            SettlementRefused(_log, _queue.Path);
        }

        if (!settled)
        {
            _link.Session.Settle(deliveryId, answer);
        }
    }

    private void OnOver() => _queue.Detach(_consumer);

    [LoggerMessage(1, LogLevel.Information, "{Queue}: a receiver settled a message whose lock it had lost")]
    private static partial void SettlementRefused(ILogger logger, string queue);
}
