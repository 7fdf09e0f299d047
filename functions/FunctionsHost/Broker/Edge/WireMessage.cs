using Amqp;
using Amqp.Framing;
using Amqp.Types;
using FunctionsHosting.Broker.Wire;

namespace FunctionsHosting.Broker.Edge;

/// <summary>Turns encoded AMQP messages into broker messages and back.</summary>
internal static class WireMessage
{
    public const string DeadLetterReason = "DeadLetterReason";
    public const string DeadLetterDescription = "DeadLetterErrorDescription";
    private const uint BatchFormat = 0x80013700;
    private static readonly Symbol ScheduledEnqueueTime = "x-opt-scheduled-enqueue-time";

    /// <summary>One message, or all of a batch: there every data section is one encoded message.</summary>
    /// <exception cref="AmqpFault">It cannot be read.</exception>
    public static IReadOnlyList<BrokerMessage> Read(ReadOnlySpan<byte> payload, uint messageFormat)
    {
        if (messageFormat != BatchFormat)
        {
            return [Read(payload)];
        }

        var messages = new List<BrokerMessage>();
        var sections = new MessageSections(payload);
        while (sections.Next())
        {
            if (sections.Kind == SectionKind.Data)
            {
                messages.Add(Read(MessageSections.Binary(sections.Value)));
            }
        }

        return messages;
    }

    public static BrokerMessage Read(ReadOnlySpan<byte> payload)
    {
        Header? header = null;
        Properties? properties = null;
        ReadOnlySpan<byte> annotations = default, wholeProperties = default, application = default;
        var body = new byte[payload.Length];
        var bodyLength = 0;
        var sections = new MessageSections(payload);
        while (sections.Next())
        {
            switch (sections.Kind)
            {
                case SectionKind.Header:
                    header = Decode<Header>(sections.Whole);
                    break;
                case SectionKind.MessageAnnotations:
                    annotations = sections.Whole;
                    break;
                case SectionKind.Properties:
                    wholeProperties = sections.Whole;
                    properties = Decode<Properties>(sections.Whole);
                    break;
                case SectionKind.ApplicationProperties:
                    application = sections.Whole;
                    break;
                case SectionKind.Data or SectionKind.Sequence or SectionKind.Value or SectionKind.Footer:
                    sections.Whole.CopyTo(body.AsSpan(bodyLength));
                    bodyLength += sections.Whole.Length;
                    break;
                case SectionKind.DeliveryAnnotations:
                    break;
                default:
                    throw new AmqpFault("amqp:decode-error", $"The message has a section 0x{(byte)sections.Kind:x2}, which AMQP 1.0 does not know.");
            }
        }

        var id = properties?.GetMessageId()?.ToString();
        if (string.IsNullOrEmpty(id))
        {
            properties ??= new Properties();
            properties.MessageId = id = Guid.NewGuid().ToString("N");
            wholeProperties = Encode(properties);
        }

        return new()
        {
            MessageId = id,
            Body = body[..bodyLength],
            Properties = wholeProperties.ToArray(),
            ApplicationProperties = application.ToArray(),
            Annotations = annotations.ToArray(),
            TimeToLive = TimeToLive(header, properties!),
            ScheduledFor = annotations.IsEmpty ? null : Scheduled(ReadMap(annotations)),
        };
    }

    /// <summary>The message as a receiver gets it.</summary>
    public static ByteBuffer Write(Delivery delivery) =>
        Write(delivery.Message, delivery.LockToken == Guid.Empty ? null : delivery.LockedUntil);

    public static ByteBuffer Write(BrokerMessage message, DateTimeOffset? lockedUntil)
    {
        var buffer = new ByteBuffer(message.Body.Length + message.Properties.Length + message.ApplicationProperties.Length + 256, autoGrow: true);
        var header = new Header { DeliveryCount = (uint)message.DeliveryCount };
        if (message.ExpiresAt < DateTimeOffset.MaxValue)
        {
            header.Ttl = (uint)Math.Clamp((message.ExpiresAt - message.EnqueuedAt).TotalMilliseconds, 0, uint.MaxValue);
        }

        header.Encode(buffer);
        Annotations(message, lockedUntil).Encode(buffer);
        buffer.AppendBytes(message.Properties);
        buffer.AppendBytes(ApplicationProperties(message));
        buffer.AppendBytes(message.Body);
        return buffer;
    }

    /// <summary>The map of an annotations or application properties section; empty for no section.</summary>
    public static Map ReadMap(ReadOnlySpan<byte> section)
    {
        if (section.IsEmpty)
        {
            return [];
        }

        var sections = new MessageSections(section);
        sections.Next();
        return Decode<Map>(sections.Value);
    }

    public static byte[] WriteApplicationProperties(Map values)
    {
        var properties = new ApplicationProperties();
        foreach (var (key, value) in values)
        {
            properties[key.ToString()!] = value;
        }

        return Encode(properties);
    }

    private static MessageAnnotations Annotations(BrokerMessage message, DateTimeOffset? lockedUntil)
    {
        var annotations = new MessageAnnotations();
        foreach (var (key, value) in ReadMap(message.Annotations))
        {
            annotations[new Symbol(key.ToString()!)] = value;
        }

        annotations[(Symbol)"x-opt-sequence-number"] = message.SequenceNumber;
        annotations[(Symbol)"x-opt-enqueued-time"] = message.EnqueuedAt.UtcDateTime;
        annotations[(Symbol)"x-opt-message-state"] = (int)message.State;
        if (lockedUntil is { } until)
        {
            annotations[(Symbol)"x-opt-locked-until"] = until.UtcDateTime;
        }

        if (message.DeadLetterSource is { } source)
        {
            annotations[(Symbol)"x-opt-deadletter-source"] = source;
        }

        return annotations;
    }

    private static byte[] ApplicationProperties(BrokerMessage message)
    {
        if (message.DeadLetterReason is null && message.DeadLetterDescription is null)
        {
            return message.ApplicationProperties;
        }

        var properties = ReadMap(message.ApplicationProperties);
        properties[DeadLetterReason] = message.DeadLetterReason;
        properties[DeadLetterDescription] = message.DeadLetterDescription;
        return WriteApplicationProperties(properties);
    }

    /// <summary>Lives too long for the header's 32 bits of milliseconds are told by two properties instead.</summary>
    private static TimeSpan? TimeToLive(Header? header, Properties properties)
    {
        if (properties.HasField(8) && properties.HasField(9) && properties.AbsoluteExpiryTime > properties.CreationTime)
        {
            return properties.AbsoluteExpiryTime - properties.CreationTime;
        }

        return header is not null && header.HasField(2) ? TimeSpan.FromMilliseconds(header.Ttl) : null;
    }

    private static DateTimeOffset? Scheduled(Map annotations) =>
        annotations[ScheduledEnqueueTime] is DateTime at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null;

    private static T Decode<T>(ReadOnlySpan<byte> encoded)
        where T : class
    {
        try
        {
            return (T)Encoder.ReadObject(encoded.ToArray().ToBuffer());
        }
        catch (Exception wrong) when (wrong is AmqpException or InvalidCastException or ArgumentException or IndexOutOfRangeException)
        {
            throw new AmqpFault("amqp:decode-error", $"The message's {typeof(T).Name} cannot be read: {wrong.Message}");
        }
    }

    private static byte[] Encode(Described section)
    {
        var buffer = new ByteBuffer(128, autoGrow: true);
        section.Encode(buffer);
        return buffer.Written().ToArray();
    }
}
