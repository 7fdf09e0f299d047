using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Data.Sqlite;

namespace FunctionsHosting.Broker.Edge;

/// <summary>A link by which a peer sends to a queue. What comes together is kept together, in one transaction.</summary>
internal sealed partial class SendTarget
{
    private readonly BrokerQueue _queue;
    private readonly ClientConnection _connection;
    private readonly ReceivingAmqpLink _link;
    private readonly ILogger _log;

    /// <summary>Read, and not yet kept.</summary>
    private readonly List<(AmqpMessage Received, IReadOnlyList<BrokerMessage> Messages)> _together = [];

    private SendTarget(BrokerQueue queue, AmqpSession session, AmqpLinkSettings settings, ILogger log)
    {
        _queue = queue;
        _connection = (ClientConnection)session.Connection;
        _link = new(session, settings);
        _log = log;
        _link.RegisterMessageListener(Take);
    }

    public static AmqpException NobodySends(BrokerQueue queue) =>
        new(AmqpErrorCode.NotAllowed, $"Nobody sends to the dead-letter queue '{queue.Path}': its messages come from the queue it belongs to.");

    /// <exception cref="AmqpException">The queue is a dead-letter queue.</exception>
    public static AmqpLink Connect(BrokerQueue queue, AmqpSession session, AmqpLinkSettings settings, ILogger log)
    {
        if (queue.IsDeadLetterQueue)
        {
            throw NobodySends(queue);
        }

        settings.MaxMessageSize = WireMessage.MaxSize;
        return new SendTarget(queue, session, settings, log)._link;
    }

    private void Take(AmqpMessage received)
    {
        try
        {
            _together.Add((received, WireMessage.Read(received)));
        }
        catch (AmqpException malformed)
        {
            using (received)
            {
                Answer(received, new Rejected { Error = malformed.Error });
            }

            return;
        }

        if (_together.Count == 1)
        {
            _connection.Afterwards(KeepTogether);
        }
    }

    private void KeepTogether()
    {
        try
        {
            // Its sender would not hear what became of it on a link that we have ended.
            if (!_link.IsClosing())
            {
                var outcome = Keep([.. _together.SelectMany(static t => t.Messages)]);
                _together.ForEach(t => Answer(t.Received, outcome));
            }
        }
        catch (Exception fault)
        {
            _link.SafeClose(fault);
        }

        _together.ForEach(static t => t.Received.Dispose());
        _together.Clear();
    }

    private Outcome Keep(IReadOnlyList<BrokerMessage> messages)
    {
        try
        {
            _queue.Send(messages);
            return AmqpConstants.AcceptedOutcome;
        }
        catch (SqliteException failed)
        {
            // The sender must know that its message was not kept.
            StoreFailed(_log, _queue.Path, failed);
            return new Rejected { Error = new() { Condition = AmqpErrorCode.InternalError, Description = "The broker could not keep the message." } };
        }
    }

    private void Answer(AmqpMessage received, Outcome outcome)
    {
        if (!_link.IsClosing())
        {
            _link.DisposeMessage(received, outcome, settled: true, batchable: false);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Queue}: messages could not be kept")]
    private static partial void StoreFailed(ILogger logger, string queue, Exception failed);
}
