using System.Net.Sockets;
using System.Security.Authentication;
using Azure.Messaging.ServiceBus;

namespace FunctionsHosting.Broker.Wire;

/// <summary>Turns what went wrong on the wire into what users of the client expect.</summary>
internal static class AmqpErrors
{
    public const string LockLost = "com.microsoft:message-lock-lost";

    public static bool IsWireFault(Exception fault) => fault is AmqpFault or IOException or SocketException or AuthenticationException;

    public static Exception ToPublic(Exception fault, string? entityPath)
    {
        if (fault is AmqpFault { Condition: "amqp:unauthorized-access" })
        {
            return new UnauthorizedAccessException(fault.Message, fault);
        }

        var (reason, transient) = fault is AmqpFault { Condition: { } condition }
            ? Reason(condition)
            : (ServiceBusFailureReason.ServiceCommunicationProblem, true);
        return new ServiceBusException(transient, fault.Message, entityPath, reason, fault);
    }

    public static ServiceBusException TimedOut(string? entityPath, TimeSpan tryTimeout, Exception? inner) => new(
        isTransient: true, $"The operation did not finish within {tryTimeout}.", entityPath, ServiceBusFailureReason.ServiceTimeout, inner);

    private static (ServiceBusFailureReason Reason, bool IsTransient) Reason(string condition) => condition switch
    {
        "amqp:not-found" => (ServiceBusFailureReason.MessagingEntityNotFound, false),
        LockLost => (ServiceBusFailureReason.MessageLockLost, false),
        "com.microsoft:message-not-found" => (ServiceBusFailureReason.MessageNotFound, false),
        "com.microsoft:session-lock-lost" => (ServiceBusFailureReason.SessionLockLost, false),
        "com.microsoft:session-cannot-be-locked" => (ServiceBusFailureReason.SessionCannotBeLocked, false),
        "com.microsoft:entity-disabled" => (ServiceBusFailureReason.MessagingEntityDisabled, false),
        "com.microsoft:entity-already-exists" => (ServiceBusFailureReason.MessagingEntityAlreadyExists, false),
        "amqp:link:message-size-exceeded" => (ServiceBusFailureReason.MessageSizeExceeded, false),
        "amqp:resource-limit-exceeded" => (ServiceBusFailureReason.QuotaExceeded, false),
        "com.microsoft:server-busy" => (ServiceBusFailureReason.ServiceBusy, true),
        "com.microsoft:timeout" => (ServiceBusFailureReason.ServiceTimeout, true),
        "amqp:connection:forced" or "amqp:link:detach-forced" or "amqp:connection:framing-error" =>
            (ServiceBusFailureReason.ServiceCommunicationProblem, true),
        "amqp:internal-error" => (ServiceBusFailureReason.GeneralError, true),
        _ => (ServiceBusFailureReason.GeneralError, false),
    };
}
