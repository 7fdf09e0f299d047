using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace FunctionsHosting.Broker.Edge;

/// <summary>What an AMQP outcome, or a disposition status of the management node, does to a locked message.</summary>
internal static class Settlement
{
    public const string DeadAlready = "A message in a dead-letter queue cannot be dead-lettered: complete it, or abandon it.";
    private const string DeadLetterCondition = "com.microsoft:dead-letter";

    /// <summary>Applies an outcome and gives the broker's answer: accepted, or rejected because the lock is lost.</summary>
    public static Outcome Apply(BrokerQueue queue, Guid token, DeliveryState outcome)
    {
        if (queue.Locked(token) is not { } message)
        {
            return Refused(Response.LockLostCondition, Response.LockLostText);
        }

        if (outcome is Rejected && queue.IsDeadLetterQueue)
        {
            return Refused("amqp:not-allowed", DeadAlready);
        }

        var held = outcome switch
        {
            Accepted => queue.Complete(token),
            Released => queue.Abandon(token, countDelivery: false),
            Modified { UndeliverableHere: true } modified => queue.Defer(token, Merged(message, modified.MessageAnnotations)),
            Modified modified => queue.Abandon(token, Merged(message, modified.MessageAnnotations)),
            Rejected rejected => DeadLetter(queue, token, message, rejected.Error),
            _ => (bool?)null,
        };
        return held switch
        {
            true => AmqpConstants.AcceptedOutcome,
            false => Refused(Response.LockLostCondition, Response.LockLostText),
            null => Refused("amqp:not-implemented", $"The outcome {outcome.DescriptorName} is not supported by this broker."),
        };
    }

    /// <summary>The message's application properties with others merged in; null when there is nothing to merge.</summary>
    public static byte[]? Merged(BrokerMessage message, AmqpMap? changes)
    {
        if (changes is null || changes.Count == 0)
        {
            return null;
        }

        var properties = WireMessage.ReadApplicationProperties(message);
        foreach (var (key, value) in changes)
        {
            properties.Map[$"{key}"] = value;
        }

        return WireMessage.Encode(properties);
    }

    private static bool DeadLetter(BrokerQueue queue, Guid token, BrokerMessage message, Error? error)
    {
        var changes = new AmqpMap();
        var reason = error?.Condition.Value is { } condition and not DeadLetterCondition ? condition : null;
        var description = reason is null ? null : error!.Description;
        foreach (var (key, value) in error?.Info ?? [])
        {
            // The JavaScript client's keys are texts, not symbols.
            switch ($"{key}")
            {
                case WireMessage.DeadLetterReason: reason = value as string; break;
                case WireMessage.DeadLetterDescription: description = value as string; break;
                default: changes[key] = value; break;
            }
        }

        return queue.DeadLetter(token, reason, description, Merged(message, changes));
    }

    private static Rejected Refused(string condition, string text) => new() { Error = new() { Condition = condition, Description = text } };
}
