using Azure.Core;

namespace Azure.Messaging.ServiceBus;

/// <summary>A connection to a Service Bus namespace, opened when first used and shared by its senders and receivers.</summary>
public class ServiceBusClient : IAsyncDisposable
{
    /// <summary>For in-memory twins.</summary>
    protected ServiceBusClient()
    {
        FullyQualifiedNamespace = "";
    }

    /// <param name="connectionString">Endpoint=sb://host[:port];SharedAccessKeyName=…;SharedAccessKey=…[;UseDevelopmentEmulator=true]</param>
    /// <exception cref="FormatException">A part is missing or wrong; the text names it.</exception>
    public ServiceBusClient(string connectionString)
        : this(connectionString, new ServiceBusClientOptions())
    {
    }

    public ServiceBusClient(string connectionString, ServiceBusClientOptions options)
    {
        FullyQualifiedNamespace = connectionString;
    }

    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential)
        : this(fullyQualifiedNamespace, credential, new ServiceBusClientOptions())
    {
    }

    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential, ServiceBusClientOptions options)
    {
        FullyQualifiedNamespace = fullyQualifiedNamespace;
    }

    public virtual string FullyQualifiedNamespace { get; }

    public virtual bool IsClosed => throw NotConnected();

    public virtual ServiceBusSender CreateSender(string queueOrTopicName) => throw NotConnected();

    public virtual ServiceBusReceiver CreateReceiver(string queueName) => CreateReceiver(queueName, new ServiceBusReceiverOptions());

    public virtual ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options) => throw NotConnected();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static InvalidOperationException NotConnected() => new("This client has no connection.");
}
