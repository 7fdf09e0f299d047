using Azure.Core;
using Functions.Sdk.Amqp;

namespace Azure.Messaging.ServiceBus;

/// <summary>A connection to a Service Bus namespace, opened when first used and shared by its senders and receivers. Thread-safe.</summary>
public class ServiceBusClient : IAsyncDisposable
{
    private readonly NamespaceConnection? _connection;
    private readonly Retries? _retries;
    private volatile bool _closed;

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

    /// <exception cref="FormatException">A part is missing or wrong; the text names it.</exception>
    public ServiceBusClient(string connectionString, ServiceBusClientOptions options)
        : this(NamespaceEndpoint.From(ConnectionString.Parse(connectionString)), options)
    {
    }

    /// <param name="fullyQualifiedNamespace">As <c>name.servicebus.windows.net</c>.</param>
    /// <param name="credential">Asked for a token for Service Bus.</param>
    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential)
        : this(fullyQualifiedNamespace, credential, new ServiceBusClientOptions())
    {
    }

    public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential, ServiceBusClientOptions options)
        : this(Endpoint(fullyQualifiedNamespace, credential), options)
    {
    }

    private ServiceBusClient(NamespaceEndpoint endpoint, ServiceBusClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        FullyQualifiedNamespace = endpoint.Host;
        _connection = new(endpoint, options.Identifier);
        _retries = new(options.RetryOptions);
    }

    public virtual string FullyQualifiedNamespace { get; }

    public virtual bool IsClosed => _closed;

    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    public virtual ServiceBusSender CreateSender(string queueOrTopicName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(queueOrTopicName);
        return new ServiceBusSender(FullyQualifiedNamespace, queueOrTopicName, Open(), _retries!);
    }

    public virtual ServiceBusReceiver CreateReceiver(string queueName) => CreateReceiver(queueName, new ServiceBusReceiverOptions());

    public virtual ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(queueName);
        ArgumentNullException.ThrowIfNull(options);
        return new ServiceBusReceiver(FullyQualifiedNamespace, queueName, options, Open(), _retries!);
    }

    public virtual async ValueTask DisposeAsync()
    {
        _closed = true;
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private static NamespaceEndpoint Endpoint(string fullyQualifiedNamespace, TokenCredential credential)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(fullyQualifiedNamespace);
        ArgumentNullException.ThrowIfNull(credential);
        return NamespaceEndpoint.From(fullyQualifiedNamespace, new TokenSource(credential));
    }

    private NamespaceConnection Open()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return _connection ?? throw new InvalidOperationException("This client was made without a connection: override what is called.");
    }
}
