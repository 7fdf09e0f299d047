using LocalHost.Sandbox.Sms;

namespace LocalHost.Sandbox.Solapi;

internal enum GroupResult
{
    Done,
    NotFound,
    AlreadySent,
    NothingToSend,
}

/// <summary>The gateway's groups and messages, and what becomes of those that are sent.</summary>
internal sealed class SmsGateway(IReadOnlyList<string> senders, SmsFates fates, TimeProvider clock, DeliveryReports reports) : ISmsGateway
{
    public const string AccountId = "26000000000001";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SmsGroup> _groups = new(StringComparer.Ordinal);
    private readonly List<SmsMessage> _messages = [];

    public static string Date(DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string? Date(DateTimeOffset? instant) => instant is { } known ? Date(known) : null;

    /// <summary>Makes an empty group; gives its id and view.</summary>
    public (string Id, object View) Create(bool allowDuplicates, IReadOnlyDictionary<string, string>? customFields, CallingProgram program)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var group = new SmsGroup(NewId("G4V", now), allowDuplicates, customFields ?? SmsGroup.NoFields, program, now);
            _groups.Add(group.Id, group);
            return (group.Id, group.View());
        }
    }

    /// <summary>Registers messages; each is accepted or refused by itself.</summary>
    public (GroupResult Result, IReadOnlyList<RegisteredView> Registered) Add(string groupId, IReadOnlyList<MessageBody> messages)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue(groupId, out var group))
            {
                return (GroupResult.NotFound, []);
            }

            if (group.SentAt is not null)
            {
                return (GroupResult.AlreadySent, []);
            }

            var now = clock.GetUtcNow();
            var registered = new List<RegisteredView>();
            foreach (var body in messages)
            {
                var recipientKnown = !group.AllowDuplicates && group.Messages.Exists(m => m.Accepted && m.To == body.To);
                var (type, code) = MessageCheck.Judge(body, senders, recipientKnown);
                var message = new SmsMessage(NewId("M4V", now), group, body, type, code, now);
                group.Messages.Add(message);
                _messages.Add(message);
                registered.Add(message.Registered());
            }

            return (GroupResult.Done, registered);
        }
    }

    /// <summary>Sends the accepted messages of a group, once; each meets the fate that was ordered for it, or is delivered at once.</summary>
    public (GroupResult Result, object? View) Send(string groupId)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue(groupId, out var group))
            {
                return (GroupResult.NotFound, null);
            }

            if (group.SentAt is not null)
            {
                return (GroupResult.AlreadySent, null);
            }

            if (!group.Messages.Exists(m => m.Accepted))
            {
                return (GroupResult.NothingToSend, null);
            }

            var now = clock.GetUtcNow();
            group.SentAt = now;
            var sent = group.Messages.FindAll(m => m.Accepted);
            foreach (var message in sent)
            {
                message.Send(now);
                message.Meet(fates.Take(), now);
            }

            Report(sent);
            return (GroupResult.Done, group.View(justSent: true));
        }
    }

    public object? Group(string groupId)
    {
        lock (_gate)
        {
            return _groups.GetValueOrDefault(groupId)?.View();
        }
    }

    public bool HasGroup(string groupId)
    {
        lock (_gate)
        {
            return _groups.ContainsKey(groupId);
        }
    }

    /// <summary>Messages newest first, from <paramref name="startKey"/> on; the next key is null on the last page.</summary>
    public (IReadOnlyDictionary<string, object> Messages, string? NextKey) List(MessageFilter filter, string? startKey, int limit)
    {
        lock (_gate)
        {
            var page = _messages.AsEnumerable().Reverse()
                .Where(filter.Matches)
                .SkipWhile(m => startKey is not null && m.Id != startKey)
                .Take(limit + 1)
                .ToList();
            return (page.Take(limit).ToDictionary(m => m.Id, m => m.View()), page.Count > limit ? page[limit].Id : null);
        }
    }

    public bool Settle(string messageId, SmsFate fate)
    {
        lock (_gate)
        {
            if (_messages.Find(m => m.Id == messageId && m.SentAt is not null && !m.Settled) is not { } message)
            {
                return false;
            }

            message.Meet(fate, clock.GetUtcNow());
            Report([message]);
            return true;
        }
    }

    public IReadOnlyList<ReceivedSms> Snapshot()
    {
        lock (_gate)
        {
            return [.. _messages.Where(m => m.SentAt is not null).OrderBy(m => m.SentAt).Select(m => m.Received())];
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _groups.Clear();
            _messages.Clear();
        }
    }

    private void Report(IEnumerable<SmsMessage> messages)
    {
        if (messages.Where(m => m.Settled).ToList() is { Count: > 0 } settled)
        {
            reports.Send([.. settled.Select(m => m.Id)], settled.Select(m => m.View()).ToList());
        }
    }

    private static string NewId(string prefix, DateTimeOffset now) => string.Concat(
        prefix,
        now.ToUniversalTime().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture),
        RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 15));
}
