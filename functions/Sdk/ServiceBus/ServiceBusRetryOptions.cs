namespace Azure.Messaging.ServiceBus;

public enum ServiceBusRetryMode
{
    Fixed,
    Exponential,
}

/// <summary>How often and how fast a transiently failed operation is tried again.</summary>
public class ServiceBusRetryOptions
{
    public ServiceBusRetryMode Mode { get; set; } = ServiceBusRetryMode.Exponential;

    /// <summary>Attempts after the first one.</summary>
    public int MaxRetries { get; set; } = 3;

    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(0.8);

    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one attempt may take; also the wait of a receive call that names none.</summary>
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromMinutes(1);
}
