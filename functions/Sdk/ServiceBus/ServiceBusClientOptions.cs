namespace Azure.Messaging.ServiceBus;

public class ServiceBusClientOptions
{
    public ServiceBusRetryOptions RetryOptions { get; set; } = new();

    /// <summary>The container id of the AMQP connection; generated when null.</summary>
    public string? Identifier { get; set; }
}
