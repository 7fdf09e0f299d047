using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace FunctionsHosting.Broker.Edge;

/// <summary>Answers of request nodes: the status under the names of every client generation.</summary>
internal static class Response
{
    public const string LockLostCondition = "com.microsoft:message-lock-lost";
    public const string LockLostText =
        "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.";

    public static AmqpMessage Ok() => Make(200, "OK", null, []);

    /// <summary>With one entry in the answer's map.</summary>
    public static AmqpMessage Ok(string name, object value) => Make(200, "OK", null, new AmqpMap { [new(name)] = value });

    public static AmqpMessage Accepted() => Make(202, "Accepted", null, []);

    public static AmqpMessage NoContent() => Make(204, "No content", null, []);

    public static AmqpMessage Refused(Error error) => Make(400, error.Description, error.Condition.Value, []);

    public static AmqpMessage Unauthorized(string description) => Make(401, description, "amqp:unauthorized-access", []);

    public static AmqpMessage NotFound(string description, string condition = "amqp:not-found") => Make(404, description, condition, []);

    public static AmqpMessage LockLost() => Make(410, LockLostText, LockLostCondition, []);

    public static AmqpMessage NotSupported(string operation) =>
        Make(501, $"The operation '{operation}' is not supported by this broker.", "amqp:not-implemented", []);

    private static AmqpMessage Make(int status, string description, string? condition, AmqpMap body)
    {
        var message = AmqpMessage.Create(new AmqpValue { Value = body });
        var properties = message.ApplicationProperties.Map;
        properties["statusCode"] = properties["status-code"] = status;
        properties["statusDescription"] = properties["status-description"] = description;
        if (condition is not null)
        {
            properties["errorCondition"] = properties["error-condition"] = new AmqpSymbol(condition);
        }

        return message;
    }
}
