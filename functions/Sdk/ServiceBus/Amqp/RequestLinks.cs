using System.Collections.Concurrent;
using System.Globalization;
using Amqp;
using Amqp.Framing;

namespace Functions.Sdk.Amqp;

/// <summary>A pair of links over which requests go to a node and answers come back.</summary>
internal sealed class RequestLinks
{
    private const uint ReplyCredit = 100;

    private readonly ConcurrentDictionary<string, TaskCompletionSource<Message>> _asked = new(StringComparer.Ordinal);
    private readonly CreditedSender _requests;
    private readonly ReceivingLink _replies;
    private readonly string _replyTo;
    private long _count;

    private RequestLinks(AmqpSession session, string replyTo)
    {
        _replyTo = replyTo;
        _requests = new(session, $"{replyTo}-requests");
        _replies = new(session, $"{replyTo}-replies", OnReply) { Over = OnOver };
    }

    public bool IsGone => _requests.Link.Gone.IsCompleted || _replies.Gone.IsCompleted;

    public static async Task<RequestLinks> Open(AmqpSession session, string node, CancellationToken cancellation)
    {
        var links = new RequestLinks(session, $"{node}-{Guid.NewGuid():N}");
        var inward = new Attach { Source = new Source { Address = node }, Target = new Target { Address = links._replyTo } };
        var outward = new Attach { Source = new Source { Address = links._replyTo }, Target = new Target { Address = node } };
        var receive = session.Attach(links._replies, inward, cancellation);
        var send = session.Attach(links._requests.Link, outward, cancellation);
        await Task.WhenAll(receive, send);
        links._replies.KeepCredit(ReplyCredit);
        return links;
    }

    public async Task<Message> Ask(Message request, CancellationToken cancellation)
    {
        var id = Interlocked.Increment(ref _count).ToString("x", CultureInfo.InvariantCulture);
        request.Properties = new Properties { MessageId = id, ReplyTo = _replyTo };
        var reply = new TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = reply;
        try
        {
            var sent = await _requests.Send(request.Encode().Written().ToArray(), settled: false).WaitAsync(cancellation);
            if (sent is Rejected { Error: { } refused })
            {
                throw new AmqpFault(refused);
            }

            return await reply.Task.WaitAsync(cancellation);
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    private void OnReply(Incoming incoming)
    {
        var reply = incoming.Payload.ToArray().ToMessage();
        if (!incoming.Settled)
        {
            _replies.SettleNow(incoming.DeliveryId, new Accepted());
        }

        if (reply.Properties?.GetCorrelationId() is { } id && _asked.TryGetValue(id.ToString()!, out var asked))
        {
            asked.TrySetResult(reply);
        }
    }

    private void OnOver(Exception reason)
    {
        foreach (var asked in _asked.Values)
        {
            asked.TrySetException(reason);
        }
    }
}
