using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Data.Sqlite;

namespace FunctionsHosting.Broker.Edge;

/// <summary>A link by which a peer sends to a queue.</summary>
internal sealed partial class SendTarget(BrokerQueue queue, ILogger log)
{
    public static AmqpException NobodySends(BrokerQueue queue) =>
        new(AmqpErrorCode.NotAllowed, $"Nobody sends to the dead-letter queue '{queue.Path}': its messages come from the queue it belongs to.");

    /// <exception cref="AmqpException">The queue is a dead-letter queue.</exception>
    public static AmqpLink Connect(BrokerQueue queue, AmqpSession session, AmqpLinkSettings settings, ILogger log)
    {
        if (queue.IsDeadLetterQueue)
        {
            throw NobodySends(queue);
        }

        var target = new SendTarget(queue, log);
        settings.MaxMessageSize = WireMessage.MaxSize;
        var link = new ReceivingAmqpLink(session, settings);
        link.RegisterMessageListener(message =>
        {
            using (message)
            {
                // Its sender would not hear what became of it on a link that we have ended.
                if (!link.IsClosing())
                {
                    link.DisposeMessage(message, target.Take(message), settled: true, batchable: false);
                }
            }
        });
        return link;
    }

    private Outcome Take(AmqpMessage message)
    {
        try
        {
            queue.Send(WireMessage.Read(message));
            return AmqpConstants.AcceptedOutcome;
        }
        catch (AmqpException malformed)
        {
            return new Rejected { Error = malformed.Error };
        }
        catch (SqliteException failed)
        {
            // The sender must know that its message was not kept.
            StoreFailed(log, queue.Path, failed);
            return new Rejected { Error = new() { Condition = AmqpErrorCode.InternalError, Description = "The broker could not keep the message." } };
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Queue}: a message could not be kept")]
    private static partial void StoreFailed(ILogger logger, string queue, Exception failed);
}
