using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using AmqpDelivery = Microsoft.Azure.Amqp.Delivery;

namespace FunctionsHosting.Broker.Edge;

/// <summary>
/// A link by which a peer receives from a queue. The library's own class for it answers a drain without saying that it was one, for which the
/// JavaScript client waits; so credit is the consumer's business here, and the library's counts are not used.
/// </summary>
internal sealed partial class ReceiveSource : AmqpLink
{
    private readonly BrokerQueue _queue;
    private readonly ClientConnection _connection;
    private readonly Consumer _consumer;
    private readonly ILogger _log;

    public ReceiveSource(BrokerQueue queue, AmqpSession session, AmqpLinkSettings settings, ILogger log)
        : base(session, settings)
    {
        _queue = queue;
        _connection = (ClientConnection)session.Connection;
        _consumer = new(receiveAndDelete: settings.SettleType == SettleMode.SettleOnSend, Deliver);
        _log = log;
    }

    public override bool CreateDelivery(Transfer transfer, out AmqpDelivery delivery) =>
        throw new AmqpException(AmqpErrorCode.NotAllowed, "A transfer on a link that sends.");

    protected override bool OpenInternal()
    {
        var opened = base.OpenInternal();
        _queue.Attach(_consumer);
        return opened;
    }

    protected override bool CloseInternal()
    {
        // Before the peer hears of it: what is sent afterwards is for others.
        _queue.Detach(_consumer);
        return base.CloseInternal();
    }

    protected override void AbortInternal()
    {
        _queue.Detach(_consumer);
        base.AbortInternal();
    }

    protected override void OnReceiveFlow(Flow flow)
    {
        // After our detach the peer's handle means nothing.
        if (flow.LinkCredit is not { } credit || IsClosing())
        {
            return;
        }

        var drain = flow.Drain == true;
        _queue.Offer(_consumer, flow.DeliveryCount.GetValueOrDefault() + credit, drain);
        if (drain || flow.Echo == true)
        {
            var delivered = _consumer.Delivered;
            Session.SendFlow(new() { Handle = LocalHandle, DeliveryCount = delivered, LinkCredit = _consumer.Limit - delivered, Drain = drain });
        }
    }

    protected override void OnDisposeDeliveryInternal(AmqpDelivery delivery)
    {
        if (_consumer.ReceiveAndDelete || delivery.State is null)
        {
            return;
        }

        var answer = Settlement.Apply(_queue, new Guid(delivery.DeliveryTag), delivery.State);
        if (answer is Rejected)
        {
            SettlementRefused(_log, _queue.Path, ((Rejected)answer).Error.Description);
        }

        if (!delivery.Settled)
        {
            DisposeDelivery(delivery, settled: true, answer);
        }
    }

    protected override void OnCreditAvailable(int session, uint link, bool drain, ArraySegment<byte> txnId)
    {
    }

    protected override void OnProcessTransfer(AmqpDelivery delivery, Transfer transfer, Frame rawFrame)
    {
    }

    private void Deliver(Delivery delivery)
    {
        var message = AmqpMessage.CreateAmqpStreamMessage(new BufferListStream([WireMessage.Write(delivery)]), payloadInitialized: true);
        message.DeliveryTag = delivery.LockToken.ToByteArray();
        try
        {
            lock (_connection.Sending)
            {
                ForceSendDelivery(message);
            }
        }
        catch (Exception fault)
        {
            // Whoever sent the message must not suffer for its receiver.
            DeliveryFailed(_log, _queue.Path, fault);
            _ = Task.Run(() => SafeClose(fault));
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Queue}: a receiver's settlement is refused: {Problem}")]
    private static partial void SettlementRefused(ILogger logger, string queue, string problem);

    [LoggerMessage(2, LogLevel.Error, "{Queue}: a message could not be handed to its receiver")]
    private static partial void DeliveryFailed(ILogger logger, string queue, Exception fault);
}
