using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Azure.Messaging.ServiceBus;

namespace Functions.Sdk.Amqp;

/// <summary>The wire side of a sender.</summary>
internal sealed class EntitySender(NamespaceConnection connection, string entityPath, Retries retries)
{
    private const uint BatchFormat = 0x80013700;

    private readonly SemaphoreSlim _opening = new(1);
    private readonly ManagementLink _management = new(connection, entityPath);
    private CreditedSender? _sender;

    public Task Send(IReadOnlyList<ServiceBusMessage> messages, CancellationToken cancellation)
    {
        var payload = messages.Count == 1 ? MessageConverter.Encode(messages[0]) : Batch(messages);
        return retries.Run(entityPath, token => Send(payload, messages.Count == 1 ? 0 : BatchFormat, token), cancellation);
    }

    public Task<IReadOnlyList<long>> Schedule(IReadOnlyList<ServiceBusMessage> messages, DateTimeOffset at, CancellationToken cancellation)
    {
        var items = new List();
        foreach (var message in messages)
        {
            // The request names the message's id, so it must have one before the broker sees it.
            message.MessageId ??= Guid.NewGuid().ToString("N");
            items.Add(new Map { ["message-id"] = message.MessageId, ["message"] = MessageConverter.Encode(message, at) });
        }

        return retries.Run<IReadOnlyList<long>>(
            entityPath,
            async token =>
            {
                var reply = await _management.Ask("com.microsoft:schedule-message", new Map { ["messages"] = items }, token);
                return (long[])reply.Body()["sequence-numbers"];
            },
            cancellation);
    }

    public Task CancelScheduled(IEnumerable<long> sequenceNumbers, CancellationToken cancellation)
    {
        var body = new Map { ["sequence-numbers"] = sequenceNumbers.ToArray() };
        return retries.Run(
            entityPath, async token => (await _management.Ask("com.microsoft:cancel-scheduled-message", body, token)).Body(), cancellation);
    }

    public void Close() => _sender?.Link.Detach();

    private static byte[] Batch(IReadOnlyList<ServiceBusMessage> messages)
    {
        var buffer = new ByteBuffer(1024, autoGrow: true);
        foreach (var message in messages)
        {
            new Data { Binary = MessageConverter.Encode(message) }.Encode(buffer);
        }

        return buffer.Written().ToArray();
    }

    private async Task Send(byte[] payload, uint messageFormat, CancellationToken cancellation)
    {
        var sender = await Sender(cancellation);
        if ((ulong)payload.Length > sender.Link.MaxMessageSize)
        {
            throw new AmqpFault(
                "amqp:link:message-size-exceeded", $"The message is {payload.Length} bytes; the broker takes {sender.Link.MaxMessageSize}.");
        }

        switch (await sender.Send(payload, settled: false, messageFormat).WaitAsync(cancellation))
        {
            case Accepted: return;
            case Rejected { Error: { } error }: throw new AmqpFault(error);
            case var other: throw new AmqpFault("amqp:internal-error", $"The broker answered a message with {other?.Descriptor.Name ?? "nothing"}.");
        }
    }

    private async Task<CreditedSender> Sender(CancellationToken cancellation)
    {
        var session = await connection.Enter(entityPath, cancellation);
        await _opening.WaitAsync(cancellation);
        try
        {
            if (_sender is null || _sender.Link.Gone.IsCompleted)
            {
                _sender = await Open(session, cancellation);
            }

            return _sender;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<CreditedSender> Open(AmqpSession session, CancellationToken cancellation)
    {
        var name = $"{entityPath}-{Guid.NewGuid():N}";
        var sender = new CreditedSender(session, name);
        await session.Attach(
            sender.Link,
            new Attach
            {
                Source = new Source { Address = name },
                Target = new Target { Address = entityPath },
                SndSettleMode = SenderSettleMode.Unsettled,
                RcvSettleMode = ReceiverSettleMode.First,
            },
            cancellation);
        return sender;
    }
}
