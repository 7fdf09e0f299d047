using System.Reflection;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Worker.Binding;

/// <summary>Parameters of a Service Bus function.</summary>
internal static class ServiceBusParameters
{
    public const string Allowed =
        "ServiceBusReceivedMessage, string, byte[], BinaryData or a JSON type (the trigger), ServiceBusMessageActions, "
        + "the message's properties by name (messageId, correlationId, subject, contentType, deliveryCount, sequenceNumber, enqueuedTimeUtc), "
        + CommonParameters.Allowed;

    /// <summary>What a function may take by the parameter's name.</summary>
    public static Dictionary<string, object?> Properties(ServiceBusReceivedMessage message) => new(StringComparer.OrdinalIgnoreCase)
    {
        ["messageId"] = message.MessageId,
        ["correlationId"] = message.CorrelationId,
        ["subject"] = message.Subject,
        ["contentType"] = message.ContentType,
        ["deliveryCount"] = message.DeliveryCount,
        ["sequenceNumber"] = message.SequenceNumber,
        ["enqueuedTimeUtc"] = message.EnqueuedTime.UtcDateTime,
    };

    private static readonly HashSet<string> PropertyNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "messageId", "correlationId", "subject", "contentType", "deliveryCount", "sequenceNumber", "enqueuedTimeUtc",
    };

    public static ParameterBinder? Find(ParameterInfo parameter, bool isTrigger) => parameter switch
    {
        _ when isTrigger => Message(parameter),
        _ when parameter.ParameterType == typeof(ServiceBusMessageActions) =>
            static invocation => new(invocation.Required<ServiceBusMessageActions>()),
        _ when CommonParameters.Find(parameter) is { } common => common,
        _ when PropertyNames.Contains(parameter.Name!) && TextValue.Fits(parameter.ParameterType) => TextValue.Bind(parameter),
        _ => null,
    };

    private static ParameterBinder? Message(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(ServiceBusReceivedMessage))
        {
            return static invocation => new(Received(invocation));
        }

        if (type == typeof(string))
        {
            return static invocation => new(Received(invocation).Body.ToString());
        }

        if (type == typeof(byte[]))
        {
            return static invocation => new(Received(invocation).Body.ToArray());
        }

        if (type == typeof(BinaryData))
        {
            return static invocation => new(Received(invocation).Body);
        }

        return type.IsPrimitive || type.IsInterface || type.IsPointer || type.IsByRef
            ? null
            : invocation => new(Json(parameter, Received(invocation)));
    }

    private static object Json(ParameterInfo parameter, ServiceBusReceivedMessage message)
    {
        try
        {
            return JsonSerializer.Deserialize(message.Body, parameter.ParameterType, JsonSerializerOptions.Web)
                ?? throw new BindingException(parameter.Name!, $"The message's body is null; JSON of {parameter.ParameterType.Name} is expected.");
        }
        catch (JsonException e)
        {
            throw new BindingException(parameter.Name!, $"The message's body is not JSON of {parameter.ParameterType.Name} (at {e.Path ?? "$"}).", e);
        }
    }

    private static ServiceBusReceivedMessage Received(InvocationContext invocation) => invocation.Required<ServiceBusReceivedMessage>();
}
