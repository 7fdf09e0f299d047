using System.Diagnostics;
using Functions.Sdk.Amqp;

namespace Azure.Messaging.ServiceBus;

/// <summary>Receives from one queue. Thread-safe; made by <see cref="ServiceBusClient.CreateReceiver(string)"/>.</summary>
public class ServiceBusReceiver : IAsyncDisposable
{
    private readonly Retries? _retries;
    private readonly EntityReceiver? _wire;
    private readonly EntitySettler? _settler;
    private long _peekedUpTo;
    private volatile bool _closed;

    /// <summary>For in-memory twins.</summary>
    protected ServiceBusReceiver()
    {
        FullyQualifiedNamespace = "";
        EntityPath = "";
    }

    internal ServiceBusReceiver(
        string fullyQualifiedNamespace, string queueName, ServiceBusReceiverOptions options, NamespaceConnection connection, Retries retries)
    {
        FullyQualifiedNamespace = fullyQualifiedNamespace;
        EntityPath = queueName + options.SubQueue switch
        {
            SubQueue.None => "",
            SubQueue.DeadLetter => "/$DeadLetterQueue",
            SubQueue.TransferDeadLetter => "/$Transfer/$DeadLetterQueue",
        };
        ReceiveMode = options.ReceiveMode;
        PrefetchCount = options.PrefetchCount;
        var receiveAndDelete = ReceiveMode == ServiceBusReceiveMode.ReceiveAndDelete;
        _retries = retries;
        _wire = new(connection, EntityPath, receiveAndDelete, (uint)PrefetchCount);
        _settler = new(connection, EntityPath, receiveAndDelete);
    }

    public virtual string FullyQualifiedNamespace { get; }

    public virtual string EntityPath { get; }

    public virtual ServiceBusReceiveMode ReceiveMode { get; }

    public virtual int PrefetchCount { get; }

    public virtual bool IsClosed => _closed;

    /// <summary>The next message, or null when none came within <paramref name="maxWaitTime"/> (default: the try time-out, one minute).</summary>
    public virtual async Task<ServiceBusReceivedMessage?> ReceiveMessageAsync(
        TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default) =>
        (await ReceiveMessagesAsync(1, maxWaitTime, cancellationToken)).FirstOrDefault();

    /// <summary>Up to <paramref name="maxMessages"/>, as soon as there is at least one; none when the wait ends without.</summary>
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
        int maxMessages, TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        var wire = Wire(_wire);
        var wait = maxWaitTime ?? _retries!.TryTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(maxWaitTime));
        var begun = Stopwatch.StartNew();
        return _retries!.Run(EntityPath, token => wire.Receive(maxMessages, Left(), token), cancellationToken, extraTime: wait);

        TimeSpan Left() => wait > begun.Elapsed ? wait - begun.Elapsed : TimeSpan.Zero;
    }

    /// <summary>The deferred message of that sequence number.</summary>
    /// <exception cref="ServiceBusException"><see cref="ServiceBusFailureReason.MessageNotFound"/>: there is no such deferred message.</exception>
    public virtual async Task<ServiceBusReceivedMessage> ReceiveDeferredMessageAsync(
        long sequenceNumber, CancellationToken cancellationToken = default) =>
        (await ReceiveDeferredMessagesAsync([sequenceNumber], cancellationToken))[0];

    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveDeferredMessagesAsync(
        IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken = default)
    {
        var settler = Wire(_settler);
        var numbers = sequenceNumbers.ToArray();
        return _retries!.Run(EntityPath, token => settler.ReceiveDeferred(numbers, token), cancellationToken);
    }

    /// <summary>
    /// Looks at the next message, of any state, without locking it; null when there is none. Without a number it goes on from the last peek.
    /// </summary>
    public virtual async Task<ServiceBusReceivedMessage?> PeekMessageAsync(
        long? fromSequenceNumber = default, CancellationToken cancellationToken = default) =>
        (await PeekMessagesAsync(1, fromSequenceNumber, cancellationToken)).FirstOrDefault();

    public virtual async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
        int maxMessages, long? fromSequenceNumber = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        var settler = Wire(_settler);
        var from = fromSequenceNumber ?? Interlocked.Read(ref _peekedUpTo) + 1;
        var messages = await _retries!.Run(EntityPath, token => settler.Peek(from, maxMessages, token), cancellationToken);
        if (messages.Count > 0)
        {
            Interlocked.Exchange(ref _peekedUpTo, messages[^1].SequenceNumber);
        }

        return messages;
    }

    /// <exception cref="ServiceBusException">
    /// <see cref="ServiceBusFailureReason.MessageLockLost"/>: the message will be, or was, delivered again.
    /// </exception>
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        Settle(message, (settler, token) => settler.Complete(message, token), cancellationToken);

    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = default,
        CancellationToken cancellationToken = default) =>
        Settle(message, (settler, token) => settler.Abandon(message, propertiesToModify, token), cancellationToken);

    public virtual Task DeferMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = default,
        CancellationToken cancellationToken = default) =>
        Settle(message, (settler, token) => settler.Defer(message, propertiesToModify, token), cancellationToken);

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = default,
        CancellationToken cancellationToken = default) =>
        Settle(message, (settler, token) => settler.DeadLetter(message, propertiesToModify, null, null, token), cancellationToken);

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        string deadLetterReason,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default) =>
        Settle(
            message,
            (settler, token) => settler.DeadLetter(message, null, deadLetterReason, deadLetterErrorDescription, token),
            cancellationToken);

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify,
        string deadLetterReason,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default) => Settle(
            message,
            (settler, token) => settler.DeadLetter(message, propertiesToModify, deadLetterReason, deadLetterErrorDescription, token),
            cancellationToken);

    /// <summary>Sets the lock, and the message's <see cref="ServiceBusReceivedMessage.LockedUntil"/>, to a full lock duration from now.</summary>
    public virtual async Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var settler = Wire(_settler);
        message.LockedUntil = await _retries!.Run(EntityPath, token => settler.Renew(message.LockTokenGuid, token), cancellationToken);
    }

    /// <summary>Ends receiving. Locks that were received stay until they are settled or expire.</summary>
    public virtual async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        _closed = true;
        if (_wire is not null)
        {
            await _wire.Close(cancellationToken);
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    private Task Settle(ServiceBusReceivedMessage message, Func<EntitySettler, CancellationToken, Task> settle, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        var settler = Wire(_settler);
        if (ReceiveMode == ServiceBusReceiveMode.ReceiveAndDelete)
        {
            throw new InvalidOperationException("A message that was received and deleted cannot be settled.");
        }

        return _retries!.Run(EntityPath, token => settle(settler, token), cancellation);
    }

    private T Wire<T>(T? wire)
        where T : class
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return wire ?? throw new InvalidOperationException("This receiver was made without a connection: override what is called.");
    }
}
