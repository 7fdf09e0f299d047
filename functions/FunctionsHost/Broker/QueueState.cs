using System.Diagnostics.CodeAnalysis;

namespace FunctionsHosting.Broker;

/// <summary>Which messages a queue holds and what each waits for: pure memory, no clock, no storage, not thread-safe.</summary>
/// <param name="lives">Whether messages that wait to be delivered expire; in a dead-letter queue they do not.</param>
internal sealed class QueueState(bool lives)
{
    private static readonly IComparer<BrokerMessage> BySequence =
        Comparer<BrokerMessage>.Create(static (a, b) => a.SequenceNumber.CompareTo(b.SequenceNumber));

    private readonly SortedSet<BrokerMessage> _all = new(BySequence);
    private readonly SortedSet<BrokerMessage> _active = new(BySequence);
    private readonly Dictionary<Guid, BrokerMessage> _locked = [];
    private readonly Dictionary<long, BrokerMessage> _waiting = [];
    private readonly SortedSet<BrokerMessage> _scheduled = By(static m => m.ScheduledFor!.Value);
    private readonly SortedSet<BrokerMessage> _expiring = By(static m => m.ExpiresAt);
    private readonly SortedSet<BrokerMessage> _lockExpiring = By(static m => m.LockedUntil);

    /// <summary>Those to deliver, in their order.</summary>
    public IReadOnlyCollection<BrokerMessage> Active => _active;

    /// <summary>How many are active or locked: what there is to do for a queue that is received from.</summary>
    public int UnderWay => _active.Count + _locked.Count;

    public QueueCounts Counts => new(_active.Count, _locked.Count, _waiting.Count - _scheduled.Count, _scheduled.Count);

    /// <summary>When a scheduled message becomes active or one expires, whichever is first.</summary>
    public DateTimeOffset? NextAlarm => Earliest(_scheduled.Min?.ScheduledFor, _expiring.Min?.ExpiresAt);

    public DateTimeOffset? NextLockExpiry => _lockExpiring.Min?.LockedUntil;

    /// <summary>Takes a message in, or back from a lock, and files it by its state.</summary>
    public void Put(BrokerMessage message)
    {
        _all.Add(message);
        switch (message.State)
        {
            case MessageState.Active:
                _active.Add(message);
                // Those only: what was deferred or is locked does not expire, and the life of a scheduled one has not begun.
                if (lives && message.ExpiresAt < DateTimeOffset.MaxValue)
                {
                    _expiring.Add(message);
                }

                break;
            case MessageState.Deferred:
                _waiting.Add(message.SequenceNumber, message);
                break;
            case MessageState.Scheduled:
                _waiting.Add(message.SequenceNumber, message);
                _scheduled.Add(message);
                break;
        }
    }

    public void Remove(BrokerMessage message)
    {
        _all.Remove(message);
        TakeOut(message);
    }

    /// <summary>Locks a message whose delivery the store has counted.</summary>
    public Guid Lock(BrokerMessage message, DateTimeOffset until)
    {
        TakeOut(message);
        var token = Guid.NewGuid();
        message.LockToken = token;
        message.LockedUntil = until;
        message.DeliveryIsStored = true;
        _locked.Add(token, message);
        _lockExpiring.Add(message);
        return token;
    }

    public void Relock(BrokerMessage message, DateTimeOffset until)
    {
        _lockExpiring.Remove(message);
        message.LockedUntil = until;
        _lockExpiring.Add(message);
    }

    /// <summary>Ends the lock and files the message by its state again.</summary>
    public void Unlock(BrokerMessage message)
    {
        TakeOut(message);
        Put(message);
    }

    /// <summary>Files a scheduled message as one that came just now.</summary>
    public void Activate(Activation activation)
    {
        var message = activation.Message;
        Remove(message);
        message.State = MessageState.Active;
        message.SequenceNumber = activation.SequenceNumber;
        message.EnqueuedAt = activation.EnqueuedAt;
        message.ExpiresAt = activation.ExpiresAt;
        Put(message);
    }

    public bool TryGetLocked(Guid token, [MaybeNullWhen(false)] out BrokerMessage message) => _locked.TryGetValue(token, out message);

    /// <summary>The deferred or scheduled message of that number.</summary>
    public BrokerMessage? Waiting(long sequenceNumber, MessageState state) =>
        _waiting.GetValueOrDefault(sequenceNumber) is { } message && message.State == state ? message : null;

    /// <summary>The scheduled ones whose time has come, in the order of their times.</summary>
    public List<BrokerMessage> DueBy(DateTimeOffset now) => [.. _scheduled.TakeWhile(m => m.ScheduledFor <= now)];

    public List<BrokerMessage> ExpiredBy(DateTimeOffset now) => _expiring.Min?.ExpiresAt <= now ? [.. _expiring.TakeWhile(m => m.ExpiresAt <= now)] : [];

    public BrokerMessage? LockExpiredBy(DateTimeOffset now) => _lockExpiring.Min is { } first && first.LockedUntil <= now ? first : null;

    public IEnumerable<BrokerMessage> From(long sequenceNumber)
    {
        if (_all.Max is not { } last || last.SequenceNumber < sequenceNumber)
        {
            return [];
        }

        var from = new BrokerMessage { MessageId = "", Body = [], SequenceNumber = sequenceNumber };
        return _all.GetViewBetween(from, last);
    }

    private static SortedSet<BrokerMessage> By(Func<BrokerMessage, DateTimeOffset> instant) =>
        new(Comparer<BrokerMessage>.Create((a, b) => (instant(a), a.SequenceNumber).CompareTo((instant(b), b.SequenceNumber))));

    private static DateTimeOffset? Earliest(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    private void TakeOut(BrokerMessage message)
    {
        message.DeliveryIsStored = false;
        if (message.LockToken is { } token)
        {
            _locked.Remove(token);
            _lockExpiring.Remove(message);
            message.LockToken = null;
            return;
        }

        _active.Remove(message);
        _waiting.Remove(message.SequenceNumber);
        if (message.ScheduledFor is not null)
        {
            _scheduled.Remove(message);
        }

        _expiring.Remove(message);
    }
}
