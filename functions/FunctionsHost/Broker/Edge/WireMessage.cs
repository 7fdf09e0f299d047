using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace FunctionsHosting.Broker.Edge;

/// <summary>Turns encoded AMQP messages into broker messages and back. A message's sections leave the broker byte for byte as they came.</summary>
internal static class WireMessage
{
    public const string DeadLetterReason = "DeadLetterReason";
    public const string DeadLetterDescription = "DeadLetterErrorDescription";
    private const uint BatchFormat = 0x80013700;

    /// <summary>One message, or all of a batch: there every data section is one encoded message.</summary>
    /// <exception cref="AmqpException">It cannot be read.</exception>
    public static IReadOnlyList<BrokerMessage> Read(AmqpMessage received) => Decoding(() => received.MessageFormat == BatchFormat
        ? (IReadOnlyList<BrokerMessage>)[.. received.DataBody.Select(static data => Sections((ArraySegment<byte>)data.Value))]
        : [Sections(received)]);

    /// <exception cref="AmqpException">It cannot be read.</exception>
    public static BrokerMessage Read(ArraySegment<byte> encoded) => Decoding(() => Sections(encoded));

    /// <summary>The message as a receiver gets it.</summary>
    public static ArraySegment<byte> Write(Delivery delivery) =>
        Write(delivery.Message, delivery.LockToken == Guid.Empty ? null : delivery.LockedUntil);

    public static ArraySegment<byte> Write(BrokerMessage message, DateTimeOffset? lockedUntil)
    {
        var header = new Header { DeliveryCount = (uint)message.DeliveryCount };
        if (message.ExpiresAt < DateTimeOffset.MaxValue)
        {
            header.Ttl = (uint)Math.Clamp((message.ExpiresAt - message.EnqueuedAt).TotalMilliseconds, 0, uint.MaxValue);
        }

        var annotations = Annotations(message, lockedUntil);
        byte[][] kept = [message.Properties, ApplicationProperties(message), message.Body];
        var buffer = new ByteBuffer(new byte[header.EncodeSize + annotations.EncodeSize + kept.Sum(static s => s.Length)]);
        header.Encode(buffer);
        annotations.Encode(buffer);
        foreach (var section in kept)
        {
            AmqpBitConverter.WriteBytes(buffer, section, 0, section.Length);
        }

        return new(buffer.Buffer, 0, buffer.Length);
    }

    public static ApplicationProperties ReadApplicationProperties(BrokerMessage message) => Decode<ApplicationProperties>(message.ApplicationProperties);

    public static byte[] Encode(AmqpDescribed section)
    {
        var encoded = new byte[section.EncodeSize];
        section.Encode(new ByteBuffer(encoded));
        return encoded;
    }

    private static BrokerMessage Sections(ArraySegment<byte> encoded) =>
        Sections(AmqpMessage.CreateAmqpStreamMessage(new BufferListStream([encoded])));

    private static BrokerMessage Sections(AmqpMessage message)
    {
        using var stream = (BufferListStream)((BufferListStream)message.ToStream()).Clone();
        var encoded = stream.ReadBytes(int.MaxValue);
        AmqpDescribed?[] beforeBody =
            [message.Header, message.DeliveryAnnotations, message.MessageAnnotations, message.Properties, message.ApplicationProperties];
        var properties = message.Properties ?? new();
        var (id, wholeProperties) = ($"{properties.MessageId}", Bytes(message.Properties));
        if (id.Length == 0)
        {
            properties.MessageId = id = Guid.NewGuid().ToString("N");
            wholeProperties = Encode(properties);
        }

        return new()
        {
            MessageId = id,
            Body = [.. encoded[(int)beforeBody.Max(static s => s is null ? 0 : s.Offset + s.Length)..]],
            Properties = wholeProperties,
            ApplicationProperties = Bytes(message.ApplicationProperties),
            Annotations = Bytes(message.MessageAnnotations),
            TimeToLive = TimeToLive(message.Header, properties),
            ScheduledFor = message.MessageAnnotations?.Map["x-opt-scheduled-enqueue-time"] is DateTime at ? Utc(at) : null,
        };

        byte[] Bytes(AmqpDescribed? section) => section is null ? [] : [.. encoded.Slice((int)section.Offset, (int)section.Length)];
    }

    private static MessageAnnotations Annotations(BrokerMessage message, DateTimeOffset? lockedUntil)
    {
        var annotations = Decode<MessageAnnotations>(message.Annotations);
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
        properties.Map[DeadLetterReason] = message.DeadLetterReason;
        properties.Map[DeadLetterDescription] = message.DeadLetterDescription;
        return Encode(properties);
    }

    /// <summary>Lives too long for the header's 32 bits of milliseconds are told by two properties instead.</summary>
    private static TimeSpan? TimeToLive(Header? header, Properties properties) => properties.AbsoluteExpiryTime > properties.CreationTime
        ? properties.AbsoluteExpiryTime - properties.CreationTime
        : header?.Ttl is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private static DateTimeOffset Utc(DateTime at) => new(DateTime.SpecifyKind(at, DateTimeKind.Utc));

    /// <summary>The section, empty where the message had none.</summary>
    private static T Decode<T>(byte[] section)
        where T : AmqpDescribed, new()
    {
        var decoded = new T();
        if (section.Length > 0)
        {
            // Not Decode, which would take over a descriptor that is not the type's own number.
            var buffer = new ByteBuffer(section, 0, section.Length);
            AmqpDescribed.DecodeDescriptor(buffer, out _, out _);
            decoded.DecodeValue(buffer);
        }

        return decoded;
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
