using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Functions.Sdk.Amqp;

/// <summary>Reads the status of a request node's answer, which has two spellings.</summary>
internal static class Replies
{
    public const int NoContent = 204;

    /// <summary>The answer's body.</summary>
    /// <exception cref="AmqpFault">The status is not a success.</exception>
    public static Map Body(this Message reply)
    {
        var status = reply.Status();
        if (status is < 200 or > 299)
        {
            var condition = Value(reply, "errorCondition", "error-condition")?.ToString();
            var description = Value(reply, "statusDescription", "status-description") as string;
            throw new AmqpFault(condition ?? Condition(status), description ?? $"The broker answered {status}.");
        }

        return (reply.BodySection as AmqpValue)?.Value as Map ?? [];
    }

    public static int Status(this Message reply) => Value(reply, "statusCode", "status-code") as int? ?? 0;

    private static object? Value(Message reply, string name, string otherName) =>
        reply.ApplicationProperties?.Map is { } map ? map[name] ?? map[otherName] : null;

    private static string Condition(int status) => status switch
    {
        401 or 403 => "amqp:unauthorized-access",
        404 => "amqp:not-found",
        410 => AmqpErrors.LockLost,
        503 => "com.microsoft:server-busy",
        _ => "amqp:internal-error",
    };
}
