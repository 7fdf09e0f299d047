using Functions.Sdk.Amqp;

namespace Azure.Messaging.ServiceBus;

/// <summary>Sends to one queue or topic. Thread-safe; made by <see cref="ServiceBusClient.CreateSender(string)"/>.</summary>
public class ServiceBusSender : IAsyncDisposable
{
    private readonly EntitySender? _wire;
    private volatile bool _closed;

    /// <summary>For in-memory twins.</summary>
    protected ServiceBusSender()
    {
        FullyQualifiedNamespace = "";
        EntityPath = "";
    }

    internal ServiceBusSender(string fullyQualifiedNamespace, string entityPath, NamespaceConnection connection, Retries retries)
    {
        FullyQualifiedNamespace = fullyQualifiedNamespace;
        EntityPath = entityPath;
        _wire = new(connection, entityPath, retries);
    }

    public virtual string FullyQualifiedNamespace { get; }

    public virtual string EntityPath { get; }

    public virtual bool IsClosed => _closed;

    /// <summary>Completes when the broker has taken the message.</summary>
    /// <exception cref="ServiceBusException">See its reason; after a transient one it is not known whether the broker has the message.</exception>
    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Wire().Send([message], cancellationToken);
    }

    /// <summary>Sends all or none.</summary>
    public virtual Task SendMessagesAsync(IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default)
    {
        var all = messages.ToList();
        return all.Count == 0 ? Task.CompletedTask : Wire().Send(all, cancellationToken);
    }

    /// <summary>Has the broker keep the message until then; the sequence number cancels it.</summary>
    public virtual async Task<long> ScheduleMessageAsync(
        ServiceBusMessage message, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return (await Wire().Schedule([message], scheduledEnqueueTime, cancellationToken))[0];
    }

    public virtual async Task<IReadOnlyList<long>> ScheduleMessagesAsync(
        IEnumerable<ServiceBusMessage> messages, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default)
    {
        var all = messages.ToList();
        return all.Count == 0 ? [] : await Wire().Schedule(all, scheduledEnqueueTime, cancellationToken);
    }

    /// <exception cref="ServiceBusException">
    /// <see cref="ServiceBusFailureReason.MessageNotFound"/>: no scheduled message has that number (any more).
    /// </exception>
    public virtual Task CancelScheduledMessageAsync(long sequenceNumber, CancellationToken cancellationToken = default) =>
        CancelScheduledMessagesAsync([sequenceNumber], cancellationToken);

    public virtual Task CancelScheduledMessagesAsync(IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken = default) =>
        Wire().CancelScheduled(sequenceNumbers, cancellationToken);

    public virtual Task CloseAsync(CancellationToken cancellationToken = default)
    {
        _closed = true;
        _wire?.Close();
        return Task.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    private EntitySender Wire()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return _wire ?? throw new InvalidOperationException("This sender was made without a connection: override what is called.");
    }
}
