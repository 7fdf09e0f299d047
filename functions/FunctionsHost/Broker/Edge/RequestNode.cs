using Amqp;
using Amqp.Framing;
using FunctionsHosting.Broker.Wire;

namespace FunctionsHosting.Broker;

/// <summary>
/// A node that answers requests. A reply goes to the reply link of the same session: clients name it differently (.NET by its target address,
/// JavaScript by its link name), and a session has one as a rule.
/// </summary>
internal sealed class RequestNode(Func<Message, Message> handle)
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
            var sender = new CreditedSender(session, attach.LinkName);
            _replies.Add((sender, (attach.Target as Target)?.Address));
            session.Accept(sender.Link, attach, answer);
            return;
        }

        ReceivingLink? link = null;
        link = new ReceivingLink(session, attach.LinkName, request => OnRequest(link!, request), SendTarget.MaxMessageSize);
        answer.MaxMessageSize = SendTarget.MaxMessageSize;
        session.Accept(link, attach, answer);
        link.KeepCredit(RequestCredit);
    }

    private void OnRequest(ReceivingLink link, Incoming incoming)
    {
        var request = incoming.Payload.ToArray().ToMessage();
        if (!incoming.Settled)
        {
            link.SettleNow(incoming.DeliveryId, new Accepted());
        }

        _replies.RemoveAll(r => r.Sender.Link.Gone.IsCompleted);
        var replyTo = request.Properties?.ReplyTo;
        var reply = _replies.Find(r => replyTo is not null && (r.Address == replyTo || r.Sender.Link.Name == replyTo)).Sender
            ?? _replies.LastOrDefault().Sender;
        if (reply is null)
        {
            return;
        }

        var response = handle(request);
        response.Properties = new Properties();
        response.Properties.SetCorrelationId(request.Properties?.GetMessageId());
        if (replyTo is not null)
        {
            response.Properties.To = replyTo;
        }

        _ = reply.Send(response.Encode().Written().ToArray(), settled: true).ContinueWith(
            static t => _ = t.Exception, TaskContinuationOptions.OnlyOnFaulted);
    }
}
