using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Broker;

/// <summary>What happens under the queue's lock.</summary>
public sealed partial class BrokerQueue
{
    private void Insert(BrokerMessage message, DateTimeOffset now, bool goesOutAtOnce)
    {
        message.SequenceNumber = _sequence.Next();
        message.State = message.ScheduledFor > now ? MessageState.Scheduled : MessageState.Active;
        message.EnqueuedAt = message.State == MessageState.Scheduled ? message.ScheduledFor!.Value : now;
        message.ExpiresAt = EndOfLife(message, message.EnqueuedAt);
        message.DeliveryIsStored = goesOutAtOnce && message.State == MessageState.Active;
        _store.Insert(Path, message);
        _duplicates?.Store(message, now);
    }

    /// <summary>The life of a message begins when it can be received, so a scheduled one has its whole life before it.</summary>
    private DateTimeOffset EndOfLife(BrokerMessage message, DateTimeOffset enqueuedAt)
    {
        var life = message.TimeToLive is { } own && own < Settings.DefaultMessageTimeToLive ? own : Settings.DefaultMessageTimeToLive;
        return life >= DateTimeOffset.MaxValue - enqueuedAt ? DateTimeOffset.MaxValue : enqueuedAt + life;
    }

    private void Delete(BrokerMessage message)
    {
        _store.Delete(Path, message.SequenceNumber);
        _state.Remove(message);
    }

    /// <summary>The timer may be late; a lock that is over is over.</summary>
    private BrokerMessage? Held(Guid token) =>
        _state.TryGetLocked(token, out var message) && message.LockedUntil > _lockClock.GetUtcNow() ? message : null;

    private bool Settle(Guid token, Action<BrokerMessage> settle, bool comesAgain = false)
    {
        lock (_gate)
        {
            if (Held(token) is not { } message)
            {
                return false;
            }

            settle(message);
            if (comesAgain)
            {
                Dispatch();
            }

            Arm();
            return true;
        }
    }

    private void SetAside(BrokerMessage message, byte[]? applicationProperties)
    {
        message.State = MessageState.Deferred;
        GiveBack(message, applicationProperties, countDelivery: false);
    }

    private void GiveBack(BrokerMessage message, byte[]? applicationProperties, bool countDelivery)
    {
        message.ApplicationProperties = applicationProperties ?? message.ApplicationProperties;
        message.DeliveryCount += countDelivery ? 1 : 0;
        if (DeadLetterExhausted(message))
        {
            return;
        }

        _store.Update(Path, message);
        _state.Unlock(message);
    }

    /// <summary>Dead-letters a message that has been delivered as often as it may be.</summary>
    private bool DeadLetterExhausted(BrokerMessage message)
    {
        var exhausted = message.DeliveryCount >= Settings.MaxDeliveryCount && !IsDeadLetterQueue;
        if (exhausted)
        {
            MoveToDeadLetters(
                [message], "MaxDeliveryCountExceeded", $"Message could not be consumed after {message.DeliveryCount} delivery attempts.");
        }

        return exhausted;
    }

    private void MoveToDeadLetters(List<BrokerMessage> messages, string? reason, string? description)
    {
        foreach (var message in messages)
        {
            message.State = MessageState.Active;
            message.DeadLetterSource = Path;
            message.DeadLetterReason = reason;
            message.DeadLetterDescription = description;
        }

        _store.Atomically(() => messages.ForEach(m => _store.Move(Path, _deadLetters!.Path, m)));
        foreach (var message in messages)
        {
            _state.Remove(message);
            DeadLettered(_log, Path, message.SequenceNumber, reason);
        }

        _deadLetters!.Receive(messages);
    }

    private void Receive(List<BrokerMessage> deadLetters)
    {
        lock (_gate)
        {
            deadLetters.ForEach(_state.Put);
            Dispatch();
        }
    }

    private void RefuseDeadLetterQueue()
    {
        if (IsDeadLetterQueue)
        {
            throw new InvalidOperationException($"{Path}: a message comes to a dead-letter queue only from the queue it belongs to.");
        }
    }

    private void ExpireMessages()
    {
        var expired = _state.ExpiredBy(_business.GetUtcNow());
        if (expired.Count == 0)
        {
            return;
        }

        if (Settings.DeadLetteringOnMessageExpiration)
        {
            MoveToDeadLetters(expired, "TTLExpiredException", "The message expired and was dead lettered.");
            return;
        }

        _store.Atomically(() => expired.ForEach(m => _store.Delete(Path, m.SequenceNumber)));
        expired.ForEach(_state.Remove);
    }

    private void OnAlarm() => Wake(() => Activate(_state.DueBy(_business.GetUtcNow()), _business.GetUtcNow()));

    private void OnLockExpiry() => Wake(() =>
    {
        while (_state.LockExpiredBy(_lockClock.GetUtcNow()) is { } message)
        {
            LockExpired(_log, Path, message.SequenceNumber, message.DeliveryCount + 1);
            GiveBack(message, applicationProperties: null, countDelivery: true);
        }
    });

    private void Wake(Action due)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                due();
                Dispatch();
            }
        }
    }

    /// <summary>Scheduled messages join the queue behind all others, with numbers of their own: those they had were only for cancelling them.</summary>
    private void Activate(List<BrokerMessage> due, DateTimeOffset now)
    {
        if (due.Count == 0)
        {
            return;
        }

        _sequence.Reserve(due.Count);
        var activations = due.ConvertAll(m => new Activation(m, _sequence.Next(), now, EndOfLife(m, now)));
        _store.Atomically(() => activations.ForEach(a => _store.Activate(Path, a)));
        activations.ForEach(_state.Activate);
    }

    /// <summary>Sets the timers to what is next to happen, and says whether there is work: messages that are waiting or locked where somebody receives.</summary>
    private void Arm()
    {
        _alarm.SetTo(_state.NextAlarm);
        _lockExpiry.SetTo(_state.NextLockExpiry);
        if (_consumers.Any && _state.UnderWay > 0)
        {
            _underWay ??= _work.Begin("queue with messages");
        }
        else
        {
            _underWay?.Dispose();
            _underWay = null;
        }
    }

    private DateTimeOffset LockEnd() => _lockClock.GetUtcNow() + Settings.LockDuration;

    [LoggerMessage(1, LogLevel.Warning, "{Queue}: message {SequenceNumber} is dead-lettered: {Reason}")]
    private static partial void DeadLettered(ILogger logger, string queue, long sequenceNumber, string? reason);

    [LoggerMessage(2, LogLevel.Warning, "{Queue}: the lock on message {SequenceNumber} expired; delivery {DeliveryCount} came to nothing")]
    private static partial void LockExpired(ILogger logger, string queue, long sequenceNumber, int deliveryCount);

    [LoggerMessage(3, LogLevel.Error, "{Queue}: what was due could not be done, and is tried again")]
    private static partial void TimerFailed(ILogger logger, string queue, Exception fault);
}
