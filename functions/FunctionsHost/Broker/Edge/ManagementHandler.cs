using Amqp;
using Amqp.Framing;
using Amqp.Types;
using FunctionsHosting.Broker.Wire;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Broker.Edge;

/// <summary>The management node of one queue.</summary>
internal sealed partial class ManagementHandler(BrokerQueue queue, ILogger log)
{
    private const int PeekedAtMost = 250;

    public Message Handle(Message request)
    {
        var operation = request.ApplicationProperties?.Map["operation"] as string ?? "";
        var body = (request.BodySection as AmqpValue)?.Value as Map ?? [];
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
        catch (Exception wrong) when (wrong is AmqpFault or BadRequest)
        {
            RequestRefused(log, queue.Path, operation, wrong);
            return Response.BadRequest(wrong.Message);
        }
    }

    private Message RenewLocks(Map body)
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

        return Response.Ok(new Map { ["expirations"] = until.ToArray() });
    }

    private Message Schedule(Map body)
    {
        var messages = Values<Map>(body, "messages").Select(m => WireMessage.Read(Value<byte[]>(m, "message"))).ToList();
        return Response.Ok(new Map { ["sequence-numbers"] = queue.Send(messages).ToArray() });
    }

    private Message Cancel(Map body)
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

    private Message Peek(Map body)
    {
        var count = Math.Clamp(Value<int>(body, "message-count"), 1, PeekedAtMost);
        var messages = new List();
        foreach (var message in queue.Peek(Value<long>(body, "from-sequence-number"), count))
        {
            messages.Add(new Map { ["message"] = WireMessage.Write(message, lockedUntil: null).Written().ToArray() });
        }

        return messages.Count == 0 ? Response.NoContent() : Response.Ok(new Map { ["messages"] = messages });
    }

    private Message ReceiveDeferred(Map body)
    {
        var receiveAndDelete = body["receiver-settle-mode"] is uint mode && mode == 0;
        var messages = new List();
        foreach (var delivery in queue.ReceiveDeferred(Values<long>(body, "sequence-numbers"), receiveAndDelete))
        {
            messages.Add(new Map { ["lock-token"] = delivery.LockToken, ["message"] = WireMessage.Write(delivery).Written().ToArray() });
        }

        return messages.Count == 0
            ? Response.NotFound("There is no deferred message with that sequence number.", "com.microsoft:message-not-found")
            : Response.Ok(new Map { ["messages"] = messages });
    }

    private Message UpdateDisposition(Map body)
    {
        var status = Value<string>(body, "disposition-status");
        var changes = body["properties-to-modify"] as Map;
        foreach (var token in Values<Guid>(body, "lock-tokens"))
        {
            if (!Settle(token, status, changes, body))
            {
                return Response.LockLost();
            }
        }

        return Response.Ok();
    }

    private bool Settle(Guid token, string status, Map? changes, Map body)
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
            "suspended" => queue.DeadLetter(token, body["deadletter-reason"] as string, body["deadletter-description"] as string, properties),
            _ => throw new BadRequest($"disposition-status is '{status}'; allowed: completed, abandoned, defered, suspended."),
        };
    }

    private static T Value<T>(Map map, string name) =>
        map[name] is T value ? value : throw new BadRequest($"'{name}' is missing or is not of type {typeof(T).Name}.");

    /// <summary>An AMQP array or, from clients that send one, a list.</summary>
    private static IReadOnlyList<T> Values<T>(Map map, string name) => map[name] switch
    {
        T[] array => array,
        IEnumerable<object> list when list.All(i => i is T) => [.. list.Cast<T>()],
        _ => throw new BadRequest($"'{name}' is missing or is not a list of {typeof(T).Name}."),
    };

    private sealed class BadRequest(string message) : Exception(message);

    [LoggerMessage(1, LogLevel.Warning, "{Queue}: the request {Operation} cannot be read")]
    private static partial void RequestRefused(ILogger logger, string queue, string operation, Exception wrong);
}
