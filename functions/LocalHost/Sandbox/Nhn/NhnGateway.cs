using LocalHost.Sandbox.Sms;

namespace LocalHost.Sandbox.Nhn;

/// <summary>NHN's orders and messages, and what becomes of them.</summary>
/// <param name="clock">Dates what is received.</param>
/// <param name="wallClock">Dates orders, and counts how long an idempotency key is remembered.</param>
internal sealed class NhnGateway(NhnAccount account, SmsFates fates, TimeProvider clock, TimeProvider wallClock, DeliveryReports reports) : ISmsGateway
{
    private const string SignatureHeader = "X-Toast-Webhook-Signature";

    private static readonly TimeSpan s_keyIsRemembered = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly List<NhnMessage> _messages = [];
    private readonly Dictionary<string, DateTimeOffset> _keys = new(StringComparer.Ordinal);

    /// <summary>Takes the order and sends it at once; each message meets the fate that was ordered for it, or is delivered.</summary>
    /// <param name="idempotencyKey">Null: the order may come as often as it likes. An order that is refused does not use the key up.</param>
    /// <returns>A code other than 0, or the order's data.</returns>
    public (int Code, object? Data) Order(OrderBody order, string? idempotencyKey)
    {
        lock (_gate)
        {
            var (now, wallNow) = (clock.GetUtcNow(), wallClock.GetUtcNow());
            if (idempotencyKey is not null && _keys.TryGetValue(idempotencyKey, out var used) && wallNow - used < s_keyIsRemembered)
            {
                return (NhnCodes.Repeated, null);
            }

            if (OrderCheck.Judge(order, account.Senders, wallNow) is not NhnCodes.Success and var refused)
            {
                return (refused, null);
            }

            if (idempotencyKey is not null)
            {
                _keys[idempotencyKey] = wallNow;
            }

            var requestId = NewId(wallNow);
            var results = order.RecipientList!.Select((recipient, index) => Send(requestId, index + 1, order, recipient, wallNow, now)).ToList();
            return (NhnCodes.Success, new { requestId, statusCode = "2", senderGroupingKey = order.SenderGroupingKey, sendResultList = results });
        }
    }

    /// <summary>One page of the matching messages, newest first, and how many there are on all pages.</summary>
    public (IReadOnlyList<object> Page, int Total) List(OrderFilter filter, int pageNum, int pageSize)
    {
        lock (_gate)
        {
            var matching = _messages.AsEnumerable().Reverse().Where(filter.Matches).ToList();
            return ([.. matching.Skip((pageNum - 1) * pageSize).Take(pageSize).Select(message => message.View())], matching.Count);
        }
    }

    public bool Settle(string messageId, SmsFate fate)
    {
        lock (_gate)
        {
            if (_messages.Find(message => message.Id == messageId && !message.Settled) is not { } message)
            {
                return false;
            }

            Meet(message, fate);
            return true;
        }
    }

    public IReadOnlyList<ReceivedSms> Snapshot()
    {
        lock (_gate)
        {
            return [.. _messages.Select(message => message.Received())];
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _messages.Clear();
            _keys.Clear();
        }
    }

    private RecipientView Send(string requestId, int seq, OrderBody order, Recipient recipient, DateTimeOffset orderedAt, DateTimeOffset sentAt)
    {
        var code = OrderCheck.Judge(recipient);
        if (code == NhnCodes.Success)
        {
            var message = new NhnMessage(requestId, seq, order, recipient, orderedAt, sentAt);
            _messages.Add(message);
            Meet(message, fates.Take());
        }

        return new(recipient.RecipientNo, code, NhnCodes.Message(code), seq, recipient.RecipientGroupingKey);
    }

    private void Meet(NhnMessage message, SmsFate fate)
    {
        var now = wallClock.GetUtcNow();
        message.Meet(fate, now);
        if (message.Settled)
        {
            var self = $"https://sms.api.nhncloudservice.com/sms/v3.0/appKeys/{account.AppKey}/sender/mms";
            var report = new
            {
                hooksId = NewId(now),
                webhookConfigId = account.WebhookConfigId,
                productName = "SMS",
                appKey = account.AppKey,
                @event = "MESSAGE_RESULT_UPDATE",
                hooks = new[] { message.Hook(NewId(now), self) },
            };
            reports.Send([message.Id], report, (SignatureHeader, account.WebhookSignature));
        }
    }

    /// <summary>25 characters: the Korean time and chance.</summary>
    private static string NewId(DateTimeOffset now) => NhnTime.Write(now, "yyyyMMddHHmmss")
        + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 11);
}
