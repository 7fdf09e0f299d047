using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Azure.Messaging.ServiceBus;

namespace Functions.Sdk.Amqp;

/// <summary>Turns the client's messages into encoded AMQP messages and back.</summary>
internal static class MessageConverter
{
    private static readonly Symbol ScheduledEnqueueTime = "x-opt-scheduled-enqueue-time";
    private static readonly Symbol PartitionKey = "x-opt-partition-key";
    private static readonly Symbol ViaPartitionKey = "x-opt-via-partition-key";
    private static readonly Symbol SequenceNumber = "x-opt-sequence-number";
    private static readonly Symbol EnqueuedSequenceNumber = "x-opt-enqueue-sequence-number";
    private static readonly Symbol EnqueuedTime = "x-opt-enqueued-time";
    private static readonly Symbol LockedUntil = "x-opt-locked-until";
    private static readonly Symbol DeadLetterSource = "x-opt-deadletter-source";
    private static readonly Symbol MessageState = "x-opt-message-state";

    public static byte[] Encode(ServiceBusMessage message, DateTimeOffset? scheduledFor = null)
    {
        var encoded = new Message
        {
            BodySection = new Data { Binary = message.Body.ToArray() },
            Properties = Properties(message),
            Header = Header(message.TimeToLive),
        };
        var annotations = new MessageAnnotations();
        if ((scheduledFor ?? message.ScheduledEnqueueTime) is var at && at != default)
        {
            annotations[ScheduledEnqueueTime] = at.UtcDateTime;
        }

        if (message.PartitionKey is { } key)
        {
            annotations[PartitionKey] = key;
        }

        encoded.MessageAnnotations = annotations.Map.Count > 0 ? annotations : null;
        if (message.ApplicationProperties.Count > 0)
        {
            encoded.ApplicationProperties = new ApplicationProperties();
            foreach (var (name, value) in message.ApplicationProperties)
            {
                encoded.ApplicationProperties[name] = PropertyValues.ToAmqp(name, value);
            }
        }

        return encoded.Encode().Written().ToArray();
    }

    /// <summary>A message from the management node: without a lock it was peeked, so its delivery has not begun.</summary>
    public static ServiceBusReceivedMessage Decode(byte[] payload, Guid lockToken) =>
        Decode(payload.ToMessage(), lockToken, receipt: null, isPeeked: lockToken == Guid.Empty);

    public static ServiceBusReceivedMessage Decode(Message message, Guid lockToken, DeliveryReceipt? receipt, bool isPeeked = false)
    {
        var properties = message.Properties ?? new Properties();
        var annotations = message.MessageAnnotations?.Map ?? [];
        return new(Body(message))
        {
            MessageId = properties.GetMessageId()?.ToString() ?? "",
            CorrelationId = properties.GetCorrelationId()?.ToString(),
            Subject = properties.Subject,
            To = properties.To,
            ContentType = properties.ContentType,
            ReplyTo = properties.ReplyTo,
            SessionId = properties.GroupId,
            ReplyToSessionId = properties.ReplyToGroupId,
            PartitionKey = annotations[PartitionKey] as string,
            TransactionPartitionKey = annotations[ViaPartitionKey] as string,
            TimeToLive = TimeToLive(message.Header, properties),
            ScheduledEnqueueTime = Instant(annotations[ScheduledEnqueueTime]),
            ApplicationProperties = ApplicationProperties(message),
            LockTokenGuid = lockToken,
            Receipt = receipt,
            DeliveryCount = (int)(message.Header?.DeliveryCount ?? 0) + (isPeeked ? 0 : 1),
            LockedUntil = Instant(annotations[LockedUntil]),
            SequenceNumber = annotations[SequenceNumber] as long? ?? -1,
            EnqueuedSequenceNumber = annotations[EnqueuedSequenceNumber] as long? ?? 0,
            EnqueuedTime = Instant(annotations[EnqueuedTime]),
            DeadLetterSource = annotations[DeadLetterSource] as string,
            State = (ServiceBusMessageState)(annotations[MessageState] as int? ?? 0),
        };
    }

    public static DateTimeOffset Instant(object? timestamp) =>
        timestamp is DateTime time ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)) : default;

    private static Header Header(TimeSpan timeToLive)
    {
        var header = new Header { Durable = true };
        if (timeToLive < TimeSpan.MaxValue)
        {
            header.Ttl = (uint)Math.Clamp(timeToLive.TotalMilliseconds, 0, uint.MaxValue);
        }

        return header;
    }

    private static Properties Properties(ServiceBusMessage message)
    {
        var properties = new Properties
        {
            MessageId = message.MessageId,
            CorrelationId = message.CorrelationId,
            Subject = message.Subject,
            To = message.To,
            ReplyTo = message.ReplyTo,
            GroupId = message.SessionId,
            ReplyToGroupId = message.ReplyToSessionId,
        };
        if (message.ContentType is { } contentType)
        {
            properties.ContentType = contentType;
        }

        // The header has only 32 bits of milliseconds (49 days); a longer life is told by these two.
        if (message.TimeToLive < TimeSpan.MaxValue && message.TimeToLive.TotalMilliseconds > uint.MaxValue)
        {
            properties.CreationTime = TimeProvider.System.GetUtcNow().UtcDateTime;
            properties.AbsoluteExpiryTime = message.TimeToLive < DateTime.MaxValue - properties.CreationTime
                ? properties.CreationTime + message.TimeToLive
                : DateTime.MaxValue;
        }

        return properties;
    }

    private static TimeSpan TimeToLive(Header? header, Properties properties)
    {
        if (properties.HasField(8) && properties.HasField(9) && properties.AbsoluteExpiryTime > properties.CreationTime)
        {
            return properties.AbsoluteExpiryTime - properties.CreationTime;
        }

        return header is not null && header.HasField(2) ? TimeSpan.FromMilliseconds(header.Ttl) : TimeSpan.MaxValue;
    }

    private static Dictionary<string, object> ApplicationProperties(Message message)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in message.ApplicationProperties?.Map ?? [])
        {
            if (value is not null)
            {
                values[name.ToString()!] = PropertyValues.FromAmqp(value);
            }
        }

        return values;
    }

    private static BinaryData? Body(Message message) => message.BodySection switch
    {
        Data data => BinaryData.FromBytes(Bytes(data)),
        DataList list => BinaryData.FromBytes(Enumerable.Range(0, list.Count).SelectMany(i => Bytes(list[i])).ToArray()),
        _ => null,
    };

    private static byte[] Bytes(Data data) => data.Buffer is { } buffer ? buffer.Written().ToArray() : data.Binary;
}
