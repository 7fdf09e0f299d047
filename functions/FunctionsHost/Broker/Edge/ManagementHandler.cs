using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;

namespace FunctionsHosting.Broker.Edge;

/// <summary>The management node of one queue.</summary>
internal sealed partial class ManagementHandler(BrokerQueue queue, ILogger log)
{
    private const int PeekedAtMost = 250;

    public AmqpMessage Handle(AmqpMessage request)
    {
        var operation = request.ApplicationProperties?.Map["operation"] as string ?? "";
        var body = request.ValueBody?.Value as AmqpMap ?? [];
        try
        {
            return operation switch
            {
                "com.microsoft:renew-lock" => RenewLocks(body),
                "com.microsoft:schedule-message" => Schedule(body),
                "com.microsoft:cancel-scheduled-message" => Cancel(body),
                "com.microsoft:peek-message" => Peek(body),
                "com.microsoft:receive-by-sequence-number" => ReceiveDeferred(body),
                "com.microsoft:update-disposition" => UpdateDisposition(body),
                _ => Response.NotSupported(operation),
            };
        }
        catch (AmqpException wrong)
        {
            RequestRefused(log, queue.Path, operation, wrong.Message);
            return Response.Refused(wrong.Error);
        }
    }

    private AmqpMessage RenewLocks(AmqpMap body)
    {
        var until = new List<DateTime>();
        foreach (var token in Values<Guid>(body, "lock-tokens"))
        {
            if (queue.Renew(token) is not { } lockedUntil)
            {
                return Response.LockLost();
            }

            until.Add(lockedUntil.UtcDateTime);
        }

        return Response.Ok("expirations", until.ToArray());
    }

    private AmqpMessage Schedule(AmqpMap body)
    {
        if (queue.IsDeadLetterQueue)
        {
            throw SendTarget.NobodySends(queue);
        }

        var encoded = Values<AmqpMap>(body, "messages").Select(static m => Value<ArraySegment<byte>>(m, "message")).ToList();
        var size = encoded.Sum(static m => m.Count);
        return size > WireMessage.MaxSize
            ? throw new AmqpException(AmqpErrorCode.MessageSizeExceeded, $"{size} bytes are to be scheduled at once; at most {WireMessage.MaxSize} are allowed.")
            : Response.Ok("sequence-numbers", queue.Send(encoded.ConvertAll(WireMessage.Read)).ToArray());
    }

    private AmqpMessage Cancel(AmqpMap body)
    {
        foreach (var number in Values<long>(body, "sequence-numbers"))
        {
            if (!queue.CancelScheduled(number))
            {
                return Response.NotFound($"There is no scheduled message {number}.", "com.microsoft:message-not-found");
            }
        }

        return Response.Ok();
    }

    private AmqpMessage Peek(AmqpMap body)
    {
        var count = Math.Clamp(Value<int>(body, "message-count"), 1, PeekedAtMost);
        var messages = new List<AmqpMap>();
        foreach (var message in queue.Peek(Value<long>(body, "from-sequence-number"), count))
        {
            messages.Add(new() { [new("message")] = WireMessage.Write(message, lockedUntil: null) });
        }

        return messages.Count == 0 ? Response.NoContent() : Response.Ok("messages", messages);
    }

    private AmqpMessage ReceiveDeferred(AmqpMap body)
    {
        var receiveAndDelete = body[new("receiver-settle-mode")] is uint mode && mode == 0;
        var messages = new List<AmqpMap>();
        foreach (var delivery in queue.ReceiveDeferred(Values<long>(body, "sequence-numbers"), receiveAndDelete))
        {
            messages.Add(new() { [new("lock-token")] = delivery.LockToken, [new("message")] = WireMessage.Write(delivery) });
        }

        return messages.Count == 0
            ? Response.NotFound("There is no deferred message with that sequence number.", "com.microsoft:message-not-found")
            : Response.Ok("messages", messages);
    }

    private AmqpMessage UpdateDisposition(AmqpMap body)
    {
        var status = Value<string>(body, "disposition-status");
        var changes = body[new("properties-to-modify")] as AmqpMap;
        foreach (var token in Values<Guid>(body, "lock-tokens"))
        {
            if (!Settle(token, status, changes, body))
            {
                return Response.LockLost();
            }
        }

        return Response.Ok();
    }

    private bool Settle(Guid token, string status, AmqpMap? changes, AmqpMap body)
    {
        if (queue.Locked(token) is not { } message)
        {
            return false;
        }

        var properties = Settlement.Merged(message, changes);
        return status switch
        {
            "completed" => queue.Complete(token),
            "abandoned" => queue.Abandon(token, properties),
            "defered" => queue.Defer(token, properties),
            "suspended" when queue.IsDeadLetterQueue => throw new AmqpException(AmqpErrorCode.NotAllowed, Settlement.DeadAlready),
            "suspended" => queue.DeadLetter(token, body[new("deadletter-reason")] as string, body[new("deadletter-description")] as string, properties),
            _ => throw BadRequest($"disposition-status is '{status}'; allowed: completed, abandoned, defered, suspended."),
        };
    }

    private static T Value<T>(AmqpMap map, string name) =>
        map[new(name)] is T value ? value : throw BadRequest($"'{name}' is missing or is not of type {typeof(T).Name}.");

    /// <summary>An AMQP array or, from clients that send one, a list.</summary>
    private static IReadOnlyList<T> Values<T>(AmqpMap map, string name) => map[new(name)] switch
    {
        T[] array => array,
        IEnumerable<object> list when list.All(i => i is T) => [.. list.Cast<T>()],
        _ => throw BadRequest($"'{name}' is missing or is not a list of {typeof(T).Name}."),
    };

    private static AmqpException BadRequest(string problem) => new(AmqpErrorCode.InvalidField, problem);

    [LoggerMessage(1, LogLevel.Warning, "{Queue}: the request {Operation} is refused: {Problem}")]
    private static partial void RequestRefused(ILogger logger, string queue, string operation, string problem);
}
