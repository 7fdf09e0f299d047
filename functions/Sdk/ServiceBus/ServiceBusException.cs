using System.Globalization;

namespace Azure.Messaging.ServiceBus;

/// <summary>A Service Bus operation failed for <see cref="Reason"/>.</summary>
public class ServiceBusException : Exception
{
    public ServiceBusException()
    {
    }

    public ServiceBusException(string message, ServiceBusFailureReason reason, string? entityPath = default, Exception? innerException = default)
        : this(IsTransientReason(reason), message, entityPath, reason, innerException)
    {
    }

    public ServiceBusException(
        bool isTransient,
        string message,
        string? entityPath = default,
        ServiceBusFailureReason reason = ServiceBusFailureReason.GeneralError,
        Exception? innerException = default)
        : base(message, innerException)
    {
        IsTransient = isTransient;
        EntityPath = entityPath;
        Reason = reason;
    }

    /// <summary>Whether the same operation may succeed when tried again.</summary>
    public bool IsTransient { get; }

    public ServiceBusFailureReason Reason { get; }

    /// <summary>The queue, topic or subscription concerned, when there is one.</summary>
    public string? EntityPath { get; }

    public override string Message => EntityPath is null
        ? string.Create(CultureInfo.InvariantCulture, $"{base.Message} ({Reason})")
        : string.Create(CultureInfo.InvariantCulture, $"{base.Message} ({Reason}, {EntityPath})");

    private static bool IsTransientReason(ServiceBusFailureReason reason) => reason
        is ServiceBusFailureReason.ServiceCommunicationProblem
        or ServiceBusFailureReason.ServiceTimeout
        or ServiceBusFailureReason.ServiceBusy;
}
