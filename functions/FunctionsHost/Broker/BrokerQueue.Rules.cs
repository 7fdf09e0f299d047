using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Broker;

/// <summary>What happens under the queue's lock.</summary>
public sealed partial class BrokerQueue
{
    private bool IsDeadLetterQueue => _deadLetters is null;

    private void Insert(BrokerMessage message, DateTimeOffset now, bool goesOutAtOnce)
    {
        message.SequenceNumber = _sequence.Next();
        message.State = message.ScheduledFor > now ? MessageState.Scheduled : MessageState.Active;
        SetEnqueued(message, message.State == MessageState.Scheduled ? message.ScheduledFor!.Value : now);
        message.DeliveryIsStored = goesOutAtOnce && message.State == MessageState.Active;
        _store.Insert(Path, message);
        _duplicates.Store(message, now);
    }

    /// <summary>The life of a message begins when it can be received, so a scheduled one has its whole life before it.</summary>
    private void SetEnqueued(BrokerMessage message, DateTimeOffset at)
    {
        message.EnqueuedAt = at;
        var life = message.TimeToLive is { } own && own < Settings.DefaultMessageTimeToLive ? own : Settings.DefaultMessageTimeToLive;
        message.ExpiresAt = life >= DateTimeOffset.MaxValue - at ? DateTimeOffset.MaxValue : at + life;
    }

    private void Put(BrokerMessage message)
    {
        _state.Put(message);
        if (message.State == MessageState.Active && _consumers.Any)
        {
            Track(message);
        }
    }

    private void Delete(BrokerMessage message)
    {
        _store.Delete(Path, message.SequenceNumber);
        _state.Remove(message);
        Untrack(message);
    }

    private BrokerMessage? Held(Guid token)
    {
        // The timer may be late; a lock that is over is over.
        return _state.TryGetLocked(token, out var message) && message.LockedUntil > _lockClock.GetUtcNow() ? message : null;
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
        if (message.State == MessageState.Deferred)
        {
            Untrack(message);
        }
    }

    /// <summary>Dead-letters a message that has been delivered as often as it may be.</summary>
    private bool DeadLetterExhausted(BrokerMessage message)
    {
        var exhausted = message.DeliveryCount >= Settings.MaxDeliveryCount && !IsDeadLetterQueue;
        if (exhausted)
        {
            MoveToDeadLetters(
                message, "MaxDeliveryCountExceeded", $"Message could not be consumed after {message.DeliveryCount} delivery attempts.");
        }

        return exhausted;
    }

    private void MoveToDeadLetters(BrokerMessage message, string? reason, string? description)
    {
        if (_deadLetters is not { } deadLetters)
        {
            // A dead letter that is dead-lettered stays where it is, with the new reason.
            deadLetters = this;
        }

        message.State = MessageState.Active;
        message.ExpiresAt = DateTimeOffset.MaxValue;
        message.DeadLetterSource ??= Path;
        message.DeadLetterReason = reason ?? message.DeadLetterReason;
        message.DeadLetterDescription = description ?? message.DeadLetterDescription;
        _store.Move(Path, deadLetters.Path, message);
        _state.Remove(message);
        DeadLettered(_log, Path, message.SequenceNumber, reason);
        var work = message.Work;
        message.Work = null;
        deadLetters.Receive(message);
        work?.Dispose();
    }

    private void Receive(BrokerMessage deadLetter)
    {
        lock (_gate)
        {
            Put(deadLetter);
            Dispatch();
        }
    }

    private void ExpireMessages()
    {
        var now = _business.GetUtcNow();
        while (_state.ExpiredBy(now) is { } message)
        {
            if (Settings.DeadLetteringOnMessageExpiration)
            {
                MoveToDeadLetters(message, "TTLExpiredException", "The message expired and was dead lettered.");
            }
            else
            {
                Delete(message);
            }
        }
    }

    private void OnAlarm()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var now = _business.GetUtcNow();
            while (_state.DueBy(now) is { } message)
            {
                SetEnqueued(message, now);
                message.State = MessageState.Active;
                _store.Update(Path, message);
                _state.Activate(message);
                if (_consumers.Any)
                {
                    Track(message);
                }
            }

            Dispatch();
        }
    }

    private void OnLockExpiry()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            while (_state.LockExpiredBy(_lockClock.GetUtcNow()) is { } message)
            {
                LockExpired(_log, Path, message.SequenceNumber, message.DeliveryCount + 1);
                GiveBack(message, applicationProperties: null, countDelivery: true);
            }

            Dispatch();
        }
    }

    private void Arm()
    {
        _alarm.SetTo(_state.NextAlarm);
        _lockExpiry.SetTo(_state.NextLockExpiry);
    }

    private DateTimeOffset LockEnd() => _lockClock.GetUtcNow() + Settings.LockDuration;

    private void Track(BrokerMessage message) => message.Work ??= _work.Begin("message");

    private static void Untrack(BrokerMessage message)
    {
        message.Work?.Dispose();
        message.Work = null;
    }

    [LoggerMessage(1, LogLevel.Warning, "{Queue}: message {SequenceNumber} is dead-lettered: {Reason}")]
    private static partial void DeadLettered(ILogger logger, string queue, long sequenceNumber, string? reason);

    [LoggerMessage(2, LogLevel.Warning, "{Queue}: the lock on message {SequenceNumber} expired; delivery {DeliveryCount} came to nothing")]
    private static partial void LockExpired(ILogger logger, string queue, long sequenceNumber, int deliveryCount);
}
