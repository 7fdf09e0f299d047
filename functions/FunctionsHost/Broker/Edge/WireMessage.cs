using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace FunctionsHosting.Broker.Edge;

/// <summary>Turns encoded AMQP messages into broker messages and back. A message's sections leave the broker byte for byte as they came.</summary>
internal static class WireMessage
{
    public const string DeadLetterReason = "DeadLetterReason";
    public const string DeadLetterDescription = "DeadLetterErrorDescription";

    /// <summary>What the standard tier of Azure Service Bus takes, in bytes: of a message, of all that is not its body, of one property.</summary>
    public const int MaxSize = 256 * 1024;
    private const int MaxHeaderSize = 64 * 1024;
    private const int MaxPropertySize = 32 * 1024;
    private const uint BatchFormat = 0x80013700;
    private const ulong ApplicationPropertiesCode = 0x74;

    /// <summary>Annotations that are the broker's to give: a sender's do not count.</summary>
    private static readonly string[] BrokersOwn =
    [
        "x-opt-sequence-number", "x-opt-enqueue-sequence-number", "x-opt-enqueued-time", "x-opt-locked-until", "x-opt-message-state",
        "x-opt-deadletter-source",
    ];

    /// <summary>One message, or all of a batch: there every data section is one encoded message.</summary>
    /// <exception cref="AmqpException">It cannot be read, or a property is too large.</exception>
    public static IReadOnlyList<BrokerMessage> Read(AmqpMessage received)
    {
        var encoded = Bytes(received);
        return Decoding(() => received.MessageFormat == BatchFormat
            ? (IReadOnlyList<BrokerMessage>)[.. new MessageSections(encoded).DataBodies.Select(Message)]
            : [Message(encoded)]);
    }

    /// <exception cref="AmqpException">It cannot be read, or a property is too large.</exception>
    public static BrokerMessage Read(ArraySegment<byte> encoded) => Decoding(() => Message(encoded));

    /// <summary>Whatever of it the library decodes afterwards, it will come back.</summary>
    /// <exception cref="AmqpException">It cannot be read.</exception>
    public static void Check(AmqpMessage received) => Decoding(() => new MessageSections(Bytes(received)));

    /// <summary>The message as a receiver gets it.</summary>
    public static ArraySegment<byte> Write(Delivery delivery) =>
        Write(delivery.Message, delivery.LockToken == Guid.Empty ? null : delivery.LockedUntil);

    public static ArraySegment<byte> Write(BrokerMessage message, DateTimeOffset? lockedUntil)
    {
        var header = new Header { DeliveryCount = (uint)message.DeliveryCount };
        var properties = message.Properties;
        if (message.ExpiresAt < DateTimeOffset.MaxValue)
        {
            header.Ttl = (uint)Math.Clamp((message.ExpiresAt - message.EnqueuedAt).TotalMilliseconds, 0, uint.MaxValue);
            properties = Living(message);
        }

        var annotations = Annotations(message, lockedUntil);
        byte[][] kept = [properties, ApplicationProperties(message), message.Body];
        var buffer = new ByteBuffer(new byte[header.EncodeSize + annotations.EncodeSize + kept.Sum(static s => s.Length)]);
        header.Encode(buffer);
        annotations.Encode(buffer);
        foreach (var section in kept)
        {
            AmqpBitConverter.WriteBytes(buffer, section, 0, section.Length);
        }

        return new(buffer.Buffer, 0, buffer.Length);
    }

    public static ApplicationProperties ReadApplicationProperties(BrokerMessage message) =>
        MessageSections.Decode<ApplicationProperties>(message.ApplicationProperties);

    public static byte[] Encode(AmqpDescribed section)
    {
        var encoded = new byte[section.EncodeSize];
        section.Encode(new ByteBuffer(encoded));
        return encoded;
    }

    private static ArraySegment<byte> Bytes(AmqpMessage received)
    {
        using var stream = (BufferListStream)((BufferListStream)received.ToStream()).Clone();
        return stream.ReadBytes(int.MaxValue);
    }

    private static BrokerMessage Message(ArraySegment<byte> encoded)
    {
        var sections = new MessageSections(encoded);
        CheckSizes(sections);
        var annotations = MessageSections.Decode<MessageAnnotations>(sections[MessageAnnotations.Code]);
        var notTheirs = annotations.Map.Select(static a => a.Key).Where(static k => BrokersOwn.Contains($"{k}")).ToList();
        notTheirs.ForEach(k => annotations.Map.TryRemoveValue(k, out object _));
        var properties = MessageSections.Decode<Properties>(sections[Properties.Code]);
        var life = TimeToLive(MessageSections.Decode<Header>(sections[Header.Code]), properties);
        var ownProperties = properties.AbsoluteExpiryTime is null && properties.MessageId is not null;
        properties.AbsoluteExpiryTime = null;
        properties.MessageId ??= Guid.NewGuid().ToString("N");
        return new()
        {
            MessageId = $"{properties.MessageId}",
            Body = [.. sections.Body],
            Properties = ownProperties ? [.. sections[Properties.Code]] : Encode(properties),
            ApplicationProperties = [.. sections[ApplicationPropertiesCode]],
            Annotations = notTheirs.Count == 0 ? [.. sections[MessageAnnotations.Code]] : Encode(annotations),
            TimeToLive = life,
            ScheduledFor = annotations.Map["x-opt-scheduled-enqueue-time"] is DateTime at ? new(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null,
        };
    }

    private static void CheckSizes(MessageSections sections)
    {
        var encoded = sections[ApplicationPropertiesCode];
        var header = sections[MessageAnnotations.Code].Count + sections[Properties.Code].Count + encoded.Count;
        if (header > MaxHeaderSize)
        {
            throw TooLarge($"all that is not its body has {header} bytes, and at most {MaxHeaderSize} are allowed");
        }

        foreach (var (name, value) in MessageSections.Decode<ApplicationProperties>(encoded).Map)
        {
            if (encoded.Count > MaxPropertySize && AmqpCodec.GetObjectEncodeSize(value) > MaxPropertySize)
            {
                throw TooLarge($"its property '{name}' is larger than {MaxPropertySize} bytes");
            }
        }
    }

    private static AmqpException TooLarge(string problem) => new(AmqpErrorCode.MessageSizeExceeded, $"The message is too large: {problem}.");

    private static MessageAnnotations Annotations(BrokerMessage message, DateTimeOffset? lockedUntil)
    {
        var annotations = MessageSections.Decode<MessageAnnotations>(message.Annotations);
        annotations.Map["x-opt-sequence-number"] = message.SequenceNumber;
        annotations.Map["x-opt-enqueued-time"] = message.EnqueuedAt.UtcDateTime;
        annotations.Map["x-opt-message-state"] = (int)message.State;
        if (lockedUntil is { } until)
        {
            annotations.Map["x-opt-locked-until"] = until.UtcDateTime;
        }

        if (message.DeadLetterSource is { } source)
        {
            annotations.Map["x-opt-deadletter-source"] = source;
        }

        return annotations;
    }

    private static byte[] ApplicationProperties(BrokerMessage message)
    {
        if (message.DeadLetterReason is null && message.DeadLetterDescription is null)
        {
            return message.ApplicationProperties;
        }

        var properties = ReadApplicationProperties(message);
        foreach (var (name, text) in new[] { (DeadLetterReason, message.DeadLetterReason), (DeadLetterDescription, message.DeadLetterDescription) })
        {
            if (text is not null)
            {
                properties.Map[name] = text;
            }
        }

        return Encode(properties);
    }

    /// <summary>
    /// A sender's own time of expiry is its word only; but lives too long for the header's 32 bits of milliseconds are told by two properties.
    /// </summary>
    private static TimeSpan? TimeToLive(Header header, Properties properties) => header.Ttl switch
    {
        null => null,
        uint.MaxValue when properties.AbsoluteExpiryTime > properties.CreationTime => properties.AbsoluteExpiryTime - properties.CreationTime,
        { } milliseconds => TimeSpan.FromMilliseconds(milliseconds),
    };

    /// <summary>The properties with the life that the broker gave the message: clients show it by these two.</summary>
    private static byte[] Living(BrokerMessage message)
    {
        var properties = MessageSections.Decode<Properties>(message.Properties);
        properties.CreationTime = message.EnqueuedAt.UtcDateTime;
        properties.AbsoluteExpiryTime = message.ExpiresAt.UtcDateTime;
        return Encode(properties);
    }

    /// <summary>The library's decoder trips over malformed messages in many ways.</summary>
    private static T Decoding<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception wrong) when (wrong is not AmqpException)
        {
            throw new AmqpException(AmqpErrorCode.DecodeError, $"The message cannot be read: {wrong.Message}");
        }
    }
}
