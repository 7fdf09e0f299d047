using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace FunctionsHosting.Broker.Edge;

/// <summary>Answers of request nodes: the status under the names of every client generation.</summary>
internal static class Response
{
    public static Message Ok(Map? body = null) => Make(200, "OK", null, body);

    public static Message Accepted() => Make(202, "Accepted", null, null);

    public static Message NoContent() => Make(204, "No content", null, null);

    public static Message BadRequest(string description) => Make(400, description, "amqp:invalid-field", null);

    public static Message NotFound(string description, string condition = "amqp:not-found") => Make(404, description, condition, null);

    public static Message LockLost() => Make(410, LockLostText, LockLostCondition, null);

    public static Message NotSupported(string operation) =>
        Make(501, $"The operation '{operation}' is not supported by this broker.", "amqp:not-implemented", null);

    public const string LockLostCondition = "com.microsoft:message-lock-lost";
    public const string LockLostText =
        "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.";

    private static Message Make(int status, string description, string? condition, Map? body)
    {
        var properties = new ApplicationProperties
        {
            ["statusCode"] = status,
            ["status-code"] = status,
            ["statusDescription"] = description,
            ["status-description"] = description,
        };
        if (condition is not null)
        {
            properties["errorCondition"] = new Symbol(condition);
            properties["error-condition"] = new Symbol(condition);
        }

        return new Message { ApplicationProperties = properties, BodySection = new AmqpValue { Value = body ?? [] } };
    }
}
