using Amqp;
using Amqp.Framing;
using FunctionsHosting.Broker.Wire;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Broker.Edge;

/// <summary>
/// A node that answers requests. A reply goes to the reply link of the same session: clients name it differently (.NET by its target address,
/// JavaScript by its link name), and a session has one as a rule.
/// </summary>
internal sealed partial class RequestNode(Func<Message, Message> handle, ILogger log)
{
    private const uint RequestCredit = 100;

    private readonly List<(CreditedSender Sender, string? Address)> _replies = [];

    public void Connect(AmqpSession session, Attach attach)
    {
        var answer = new Attach
        {
            Source = attach.Source,
            Target = attach.Target,
            SndSettleMode = attach.SndSettleMode,
            RcvSettleMode = attach.RcvSettleMode,
        };
        if (attach.Role)
        {
            var sender = new CreditedSender(session, attach);
            _replies.Add((sender, (attach.Target as Target)?.Address));
            session.Accept(sender.Link, answer);
        }
        else
        {
            new ReceivingLink(session, attach, RequestCredit, SendTarget.MaxMessageSize) { Received = OnRequest }.Accept(answer);
        }
    }

    private void OnRequest(ReceivingLink link, Incoming incoming)
    {
        var request = incoming.Payload.ToArray().ToMessage();
        if (!incoming.Settled)
        {
            link.Settle(incoming.DeliveryId, new Accepted());
        }

        _replies.RemoveAll(r => r.Sender.Link.IsGone);
        var replyTo = request.Properties?.ReplyTo;
        var reply = _replies.Find(r => replyTo is not null && (r.Address == replyTo || r.Sender.Link.Name == replyTo)).Sender
            ?? _replies.LastOrDefault().Sender;
        if (reply is null)
        {
            NobodyToAnswer(log, link.Name);
            return;
        }

        var response = handle(request);
        response.Properties = new Properties();
        response.Properties.SetCorrelationId(request.Properties?.GetMessageId());
        if (replyTo is not null)
        {
            response.Properties.To = replyTo;
        }

        reply.Send(response.Encode().Written().ToArray());
    }

    [LoggerMessage(1, LogLevel.Warning, "A request on {Link} is not carried out: its session has no link for the answer")]
    private static partial void NobodyToAnswer(ILogger logger, string link);
}
