namespace Azure.Messaging.ServiceBus;

/// <summary>Sends to one queue or topic. Thread-safe; made by <see cref="ServiceBusClient.CreateSender(string)"/>.</summary>
public class ServiceBusSender : IAsyncDisposable
{
    /// <summary>For in-memory twins.</summary>
    protected ServiceBusSender()
    {
    }

    public virtual string FullyQualifiedNamespace => throw NotConnected();

    public virtual string EntityPath => throw NotConnected();

    public virtual bool IsClosed => throw NotConnected();

    public virtual Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual Task SendMessagesAsync(IEnumerable<ServiceBusMessage> messages, CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual Task<long> ScheduleMessageAsync(
        ServiceBusMessage message, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual Task<IReadOnlyList<long>> ScheduleMessagesAsync(
        IEnumerable<ServiceBusMessage> messages, DateTimeOffset scheduledEnqueueTime, CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual Task CancelScheduledMessageAsync(long sequenceNumber, CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual Task CancelScheduledMessagesAsync(IEnumerable<long> sequenceNumbers, CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual Task CloseAsync(CancellationToken cancellationToken = default) => throw NotConnected();

    public virtual async ValueTask DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    private static InvalidOperationException NotConnected() => new("This sender has no connection.");
}
