namespace Azure.Messaging.ServiceBus;

/// <summary>Receives from one queue. Thread-safe; made by <see cref="ServiceBusClient.CreateReceiver(string)"/>.</summary>
public class ServiceBusReceiver : IAsyncDisposable
{
    /// <summary>For in-memory twins.</summary>
    protected ServiceBusReceiver()
    {
    }

    public virtual string FullyQualifiedNamespace => throw NotConnected();

    public virtual string EntityPath => throw NotConnected();

    public virtual ServiceBusReceiveMode ReceiveMode => throw NotConnected();

    public virtual int PrefetchCount => throw NotConnected();

    public virtual bool IsClosed => throw NotConnected();

    /// <summary>The next message, or null when none came within <paramref name="maxWaitTime"/> (default: the try time-out, one minute).</summary>
    public virtual Task<ServiceBusReceivedMessage?> ReceiveMessageAsync(
        TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default) => throw NotConnected();

    /// <summary>Up to <paramref name="maxMessages"/>, as soon as there is at least one; none when the wait ends without.</summary>
    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
        int maxMessages, TimeSpan? maxWaitTime = default, CancellationToken cancellationToken = default) => throw NotConnected();

    /// <summary>The deferred message of that sequence number.</summary>
    /// <exception cref="ServiceBusException"><see cref="ServiceBusFailureReason.MessageNotFound"/>: there is no such deferred message.</exception>
    public virtual Task<ServiceBusReceivedMessage> ReceiveDeferredMessageAsync(
        long sequenceNumber, CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveDeferredMessagesAsync(
        IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken = default) => throw NotConnected();

    /// <summary>Looks at the next message, of any state, without locking it; null when there is none.</summary>
    public virtual Task<ServiceBusReceivedMessage?> PeekMessageAsync(
        long? fromSequenceNumber = default, CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
        int maxMessages, long? fromSequenceNumber = default, CancellationToken cancellationToken = default) => throw NotConnected();

    /// <exception cref="ServiceBusException"><see cref="ServiceBusFailureReason.MessageLockLost"/>: the message will be, or was, delivered again.</exception>
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default) =>
        throw NotConnected();

    public virtual Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default) =>
        throw NotConnected();

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default) =>
        throw NotConnected();

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        string deadLetterReason,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object> propertiesToModify,
        string deadLetterReason,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default) => throw NotConnected();

    /// <summary>Sets the lock, and the message's <see cref="ServiceBusReceivedMessage.LockedUntil"/>, to a full lock duration from now.</summary>
    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual Task CloseAsync(CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    private static InvalidOperationException NotConnected() => new("This receiver has no connection.");
}
