using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Broker;

/// <summary>
/// One queue, or one dead-letter queue: the rules over <see cref="QueueState"/>. Every change is in the store before it is in memory, and in
/// both before a call returns. Thread-safe. Scheduled times and lives go by the business clock, locks by the real one.
/// </summary>
public sealed partial class BrokerQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly QueueState _state;
    private readonly Consumers _consumers = new();
    private readonly DuplicateWindow? _duplicates;
    private readonly MessageStore _store;
    private readonly SequenceNumbers _sequence;
    private readonly TimeProvider _business;
    private readonly TimeProvider _lockClock;
    private readonly WorkTracker _work;
    private readonly ILogger _log;
    private readonly BrokerQueue? _deadLetters;
    private readonly WakeUp _alarm;
    private readonly WakeUp _lockExpiry;
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IDisposable? _underWay;
    private bool _disposed;

    internal BrokerQueue(
        string path, QueueSettings settings, BrokerQueue? deadLetters, MessageStore store, SequenceNumbers sequence, TimeProvider business,
        TimeProvider lockClock, WorkTracker work, ILogger log)
    {
        (Path, Settings, _deadLetters) = (path, settings, deadLetters);
        (_store, _sequence, _business, _lockClock, _work, _log) = (store, sequence, business, lockClock, work, log);
        _state = new(lives: deadLetters is not null);
        _duplicates = settings.RequiresDuplicateDetection ? new(path, settings.DuplicateDetectionHistoryTimeWindow, store) : null;
        _alarm = new(business, OnAlarm, fault => TimerFailed(log, path, fault));
        _lockExpiry = new(lockClock, OnLockExpiry, fault => TimerFailed(log, path, fault));
        foreach (var message in store.Messages(path))
        {
            _state.Put(message);
            DeadLetterExhausted(message);
        }

        Arm();
    }

    /// <summary>The queue's name, or <c>name/$deadletterqueue</c>.</summary>
    public string Path { get; }

    public QueueSettings Settings { get; }

    /// <summary>Ends when somebody has begun to receive from the queue.</summary>
    public Task WhenHeard => _heard.Task;

    /// <summary>Nobody sends to it, and nothing in it expires or is dead-lettered again.</summary>
    public bool IsDeadLetterQueue => _deadLetters is null;

    public QueueCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _state.Counts;
            }
        }
    }

    /// <summary>How many messages there are, whatever their state.</summary>
    public int Count => Counts.Total;

    /// <summary>Takes messages in, all or none, and returns their sequence numbers; a duplicate is dropped and has the number of the first.</summary>
    /// <exception cref="InvalidOperationException">It is a dead-letter queue.</exception>
    public IReadOnlyList<long> Send(params IReadOnlyList<BrokerMessage> messages)
    {
        RefuseDeadLetterQueue();
        lock (_gate)
        {
            var now = _business.GetUtcNow();
            var numbers = new List<long>(messages.Count);
            _sequence.Reserve(messages.Count);
            var taken = new List<BrokerMessage>(messages.Count);
            var inBatch = new Dictionary<string, long>(StringComparer.Ordinal);
            var goingOut = _state.Active.Count == 0 ? _consumers.Wanted : 0;
            _store.Atomically(() =>
            {
                foreach (var message in messages)
                {
                    if (_duplicates?.Find(message, inBatch, now) is { } first)
                    {
                        numbers.Add(first);
                        continue;
                    }

                    Insert(message, now, goesOutAtOnce: taken.Count < goingOut);
                    numbers.Add(message.SequenceNumber);
                    inBatch.TryAdd(message.MessageId, message.SequenceNumber);
                    taken.Add(message);
                }
            });
            foreach (var message in taken)
            {
                _duplicates?.Remember(message, now);
                _state.Put(message);
            }

            Dispatch();
            return numbers;
        }
    }

    /// <summary>Takes a scheduled message away before its time; false when there is none with that number.</summary>
    public bool CancelScheduled(long sequenceNumber)
    {
        lock (_gate)
        {
            if (_state.Waiting(sequenceNumber, MessageState.Scheduled) is not { } message)
            {
                return false;
            }

            Delete(message);
            Arm();
            return true;
        }
    }

    /// <summary>Looks at up to <paramref name="max"/> messages of any state, from a sequence number on.</summary>
    public IReadOnlyList<BrokerMessage> Peek(long fromSequenceNumber, int max)
    {
        lock (_gate)
        {
            return [.. _state.From(fromSequenceNumber).Take(max)];
        }
    }

    public void Attach(Consumer consumer)
    {
        lock (_gate)
        {
            _consumers.Add(consumer);
            _heard.TrySetResult();
            Dispatch();
        }
    }

    /// <summary>Ends deliveries to a consumer. Its locks stay until they are settled or expire.</summary>
    public void Detach(Consumer consumer)
    {
        lock (_gate)
        {
            _consumers.Remove(consumer);
            Arm();
        }
    }

    /// <summary>
    /// Moves a consumer's limit and delivers what there is. With <paramref name="drain"/> the rest of the limit is given up at once, so that
    /// nothing comes later.
    /// </summary>
    public void Offer(Consumer consumer, uint limit, bool drain = false)
    {
        lock (_gate)
        {
            consumer.Limit = limit;
            Dispatch();
            if (drain && consumer.Wants)
            {
                consumer.Delivered = limit;
            }
        }
    }

    /// <summary>Locks deferred messages for the caller (or deletes them); none when one of the numbers is not a deferred message.</summary>
    public IReadOnlyList<Delivery> ReceiveDeferred(IReadOnlyList<long> sequenceNumbers, bool receiveAndDelete)
    {
        lock (_gate)
        {
            var messages = sequenceNumbers.Distinct().Select(n => _state.Waiting(n, MessageState.Deferred)).ToList();
            if (messages.Contains(null))
            {
                return [];
            }

            var deliveries = HandOut(messages.ConvertAll(m => (m!, receiveAndDelete)));
            Arm();
            return deliveries;
        }
    }

    /// <summary>The message under a lock; null when the lock is lost.</summary>
    public BrokerMessage? Locked(Guid token)
    {
        lock (_gate)
        {
            return Held(token);
        }
    }

    /// <summary>Sets a lock to the full duration from now; null when the lock is lost.</summary>
    public DateTimeOffset? Renew(Guid token)
    {
        lock (_gate)
        {
            if (Held(token) is not { } message)
            {
                return null;
            }

            var until = LockEnd();
            _state.Relock(message, until);
            Arm();
            return until;
        }
    }

    /// <summary>Done with the message; false when the lock is lost.</summary>
    public bool Complete(Guid token) => Settle(token, Delete);

    /// <summary>Gives the message back for another delivery, which counts; false when the lock is lost.</summary>
    /// <param name="token">The lock.</param>
    /// <param name="applicationProperties">The application properties from now on; null leaves them.</param>
    /// <param name="countDelivery">False for a message that was handed back unseen.</param>
    public bool Abandon(Guid token, byte[]? applicationProperties = null, bool countDelivery = true) =>
        Settle(token, message => GiveBack(message, applicationProperties, countDelivery), comesAgain: true);

    /// <summary>Sets the message aside until it is asked for by its sequence number; false when the lock is lost.</summary>
    public bool Defer(Guid token, byte[]? applicationProperties = null) => Settle(token, message => SetAside(message, applicationProperties));

    /// <summary>Moves the message to the dead-letter queue; false when the lock is lost.</summary>
    /// <exception cref="InvalidOperationException">It is in one.</exception>
    public bool DeadLetter(Guid token, string? reason, string? description, byte[]? applicationProperties = null)
    {
        RefuseDeadLetterQueue();
        return Settle(token, message =>
        {
            message.ApplicationProperties = applicationProperties ?? message.ApplicationProperties;
            MoveToDeadLetters([message], reason, description);
        });
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _alarm.Dispose();
            _lockExpiry.Dispose();
            _underWay?.Dispose();
        }
    }
}
