using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace FunctionsHosting.Broker.Edge;

/// <summary>
/// A node that answers requests. A reply goes to the reply link of the same session: clients name it differently (.NET by its target address,
/// JavaScript by its link name), and a session has one as a rule.
/// </summary>
internal sealed partial class RequestNode(Func<AmqpMessage, AmqpMessage> handle, ILogger log)
{
    private const uint RequestCredit = 100;

    /// <summary>More than any request may have: the link would only be detached, and who wants to know why asks again and again.</summary>
    private const ulong MaxRequestSize = 100 * 1024 * 1024;

    private readonly List<SendingAmqpLink> _replies = [];
    private int _answered;

    public AmqpLink Connect(AmqpSession session, AmqpLinkSettings settings)
    {
        if (!settings.IsReceiver())
        {
            settings.SettleType = SettleMode.SettleOnSend;
            _replies.RemoveAll(static r => r.IsClosing());
            var reply = new SendingAmqpLink(session, settings);
            _replies.Add(reply);
            return reply;
        }

        settings.TotalLinkCredit = RequestCredit;
        settings.MaxMessageSize = MaxRequestSize;
        var requests = new ReceivingAmqpLink(session, settings);
        requests.RegisterMessageListener(request =>
        {
            using (request)
            {
                requests.AcceptMessage(request, settled: true, batchable: false);
                WireMessage.Check(request);
                Answer(request, requests.Name);
            }
        });
        return requests;
    }

    private void Answer(AmqpMessage request, string link)
    {
        var replyTo = request.Properties?.ReplyTo?.ToString();
        var reply = _replies.Find(r => !r.IsClosing() && replyTo is not null && ((r.Settings.Target as Target)?.Address?.ToString() == replyTo || r.Name == replyTo))
            ?? _replies.FindLast(static r => !r.IsClosing());
        if (reply is null)
        {
            NobodyToAnswer(log, link);
            return;
        }

        var response = handle(request);
        response.Properties.CorrelationId = request.Properties?.MessageId;
        response.Properties.To = replyTo;
        reply.SendMessageNoWait(response, BitConverter.GetBytes(_answered++), AmqpConstants.NullBinary);
    }

    [LoggerMessage(1, LogLevel.Warning, "A request on {Link} is not carried out: its session has no link for the answer")]
    private static partial void NobodyToAnswer(ILogger logger, string link);
}
