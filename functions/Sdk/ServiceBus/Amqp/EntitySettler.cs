using Amqp.Framing;
using Amqp.Types;
using Azure.Messaging.ServiceBus;

namespace Functions.Sdk.Amqp;

/// <summary>Settles, renews, peeks and fetches deferred messages of one entity.</summary>
internal sealed class EntitySettler(NamespaceConnection connection, string entityPath, bool receiveAndDelete)
{
    private const string DeadLetterCondition = "com.microsoft:dead-letter";

    private readonly ManagementLink _management = new(connection, entityPath);

    public Task Complete(ServiceBusReceivedMessage message, CancellationToken cancellation) =>
        Settle(message, new Accepted(), "completed", null, cancellation);

    public Task Abandon(ServiceBusReceivedMessage message, IDictionary<string, object>? changes, CancellationToken cancellation) =>
        Settle(message, new Modified { DeliveryFailed = true, MessageAnnotations = Fields(changes) }, "abandoned", changes, cancellation);

    public Task Defer(ServiceBusReceivedMessage message, IDictionary<string, object>? changes, CancellationToken cancellation) => Settle(
        message, new Modified { UndeliverableHere = true, MessageAnnotations = Fields(changes) }, "defered", changes, cancellation);

    public Task DeadLetter(
        ServiceBusReceivedMessage message, IDictionary<string, object>? changes, string? reason, string? description, CancellationToken cancellation)
    {
        var info = Fields(changes) ?? [];
        if (reason is not null)
        {
            info[new Symbol(ServiceBusMessage.DeadLetterReasonProperty)] = reason;
        }

        if (description is not null)
        {
            info[new Symbol(ServiceBusMessage.DeadLetterErrorDescriptionProperty)] = description;
        }

        var outcome = new Rejected { Error = new Error(DeadLetterCondition) { Info = info } };
        return Settle(message, outcome, "suspended", changes, cancellation, reason, description);
    }

    public async Task<DateTimeOffset> Renew(Guid lockToken, CancellationToken cancellation)
    {
        var reply = await _management.Ask("com.microsoft:renew-lock", new Map { ["lock-tokens"] = new[] { lockToken } }, cancellation);
        return MessageConverter.Instant(((DateTime[])reply.Body()["expirations"])[0]);
    }

    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> Peek(long fromSequenceNumber, int max, CancellationToken cancellation)
    {
        var body = new Map { ["from-sequence-number"] = fromSequenceNumber, ["message-count"] = max };
        var reply = await _management.Ask("com.microsoft:peek-message", body, cancellation);
        return reply.Status() == Replies.NoContent ? [] : Messages(reply.Body());
    }

    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveDeferred(long[] sequenceNumbers, CancellationToken cancellation)
    {
        var body = new Map { ["sequence-numbers"] = sequenceNumbers, ["receiver-settle-mode"] = receiveAndDelete ? 0u : 1u };
        return Messages((await _management.Ask("com.microsoft:receive-by-sequence-number", body, cancellation)).Body());
    }

    private static List<ServiceBusReceivedMessage> Messages(Map body)
    {
        var messages = new List<ServiceBusReceivedMessage>();
        foreach (Map item in (System.Collections.IEnumerable)body["messages"])
        {
            messages.Add(MessageConverter.Decode((byte[])item["message"], item["lock-token"] as Guid? ?? Guid.Empty));
        }

        return messages;
    }

    private static Fields? Fields(IDictionary<string, object>? changes)
    {
        if (changes is null || changes.Count == 0)
        {
            return null;
        }

        var fields = new Fields();
        foreach (var (name, value) in changes)
        {
            fields[new Symbol(name)] = PropertyValues.ToAmqp(name, value);
        }

        return fields;
    }

    /// <summary>Over the link that brought the message while it lasts; a message that came otherwise is settled by its lock token.</summary>
    private async Task Settle(
        ServiceBusReceivedMessage message, DeliveryState outcome, string status, IDictionary<string, object>? changes, CancellationToken cancellation,
        string? reason = null, string? description = null)
    {
        if (message.Receipt is { } receipt && receipt.TryUse())
        {
            var answer = await receipt.Settle(outcome).WaitAsync(cancellation);
            if (answer is Rejected { Error: { } error } && error.Condition != DeadLetterCondition)
            {
                throw new AmqpFault(error);
            }

            return;
        }

        var body = new Map { ["lock-tokens"] = new[] { message.LockTokenGuid }, ["disposition-status"] = status };
        if (changes is { Count: > 0 })
        {
            var map = new Map();
            foreach (var (name, value) in changes)
            {
                map[name] = PropertyValues.ToAmqp(name, value);
            }

            body["properties-to-modify"] = map;
        }

        if (reason is not null)
        {
            body["deadletter-reason"] = reason;
        }

        if (description is not null)
        {
            body["deadletter-description"] = description;
        }

        (await _management.Ask("com.microsoft:update-disposition", body, cancellation)).Body();
    }
}
