using Amqp.Framing;
using FunctionsHosting.Broker.Wire;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Broker.Edge;

/// <summary>A link by which a peer sends to a queue.</summary>
internal sealed partial class SendTarget(BrokerQueue queue, ILogger log)
{
    /// <summary>What the standard tier of Azure Service Bus takes, in bytes.</summary>
    public const int MaxMessageSize = 256 * 1024;

    private const uint Credit = 1000;

    public static void Connect(BrokerQueue queue, AmqpSession session, Attach attach, ILogger log)
    {
        var target = new SendTarget(queue, log);
        new ReceivingLink(session, attach, Credit, MaxMessageSize) { Received = target.OnMessage }.Accept(new Attach
        {
            Source = attach.Source,
            Target = attach.Target,
            SndSettleMode = attach.SndSettleMode,
            RcvSettleMode = attach.RcvSettleMode,
            Properties = attach.Properties,
        });
    }

    private void OnMessage(ReceivingLink link, Incoming incoming)
    {
        DeliveryState outcome = Take(incoming);
        if (!incoming.Settled)
        {
            link.Settle(incoming.DeliveryId, outcome);
        }
    }

    private Outcome Take(Incoming incoming)
    {
        try
        {
            queue.Send(WireMessage.Read(incoming.Payload.Span, incoming.MessageFormat));
            return new Accepted();
        }
        catch (AmqpFault malformed)
        {
            return new Rejected { Error = new Error(malformed.Condition ?? "amqp:decode-error") { Description = malformed.Message } };
        }
        catch (SqliteException failed)
        {
            // The sender must know that its message was not kept.
            StoreFailed(log, queue.Path, failed);
            return new Rejected { Error = new Error("amqp:internal-error") { Description = "The broker could not keep the message." } };
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Queue}: a message could not be kept")]
    private static partial void StoreFailed(ILogger logger, string queue, Exception failed);
}
