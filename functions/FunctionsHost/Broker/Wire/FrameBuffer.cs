using Amqp;
using Amqp.Types;

namespace FunctionsHosting.Broker.Wire;

internal enum FrameType : byte
{
    Amqp = 0,
    Sasl = 1,
}

/// <summary>Writes frames one behind the other into a buffer.</summary>
internal static class FrameBuffer
{
    public const int HeaderSize = 8;
    private const byte DataOffset = 2;

    /// <summary>Appends one frame; without a performative it is the empty frame that keeps a connection alive.</summary>
    public static void AppendFrame(
        this ByteBuffer buffer, FrameType type, ushort channel, DescribedList? performative, ReadOnlySpan<byte> payload = default)
    {
        var start = buffer.WritePos;
        AmqpBitConverter.WriteUInt(buffer, 0);
        AmqpBitConverter.WriteUByte(buffer, DataOffset);
        AmqpBitConverter.WriteUByte(buffer, (byte)type);
        AmqpBitConverter.WriteUShort(buffer, channel);
        performative?.Encode(buffer);
        buffer.AppendBytes(payload);
        AmqpBitConverter.WriteInt(buffer.Buffer, start, buffer.WritePos - start);
    }

    public static void AppendBytes(this ByteBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        buffer.ValidateWrite(bytes.Length);
        bytes.CopyTo(buffer.Buffer.AsSpan(buffer.WritePos));
        buffer.Append(bytes.Length);
    }

    public static ByteBuffer ToBuffer(this byte[] bytes) => new(bytes, 0, bytes.Length, bytes.Length);

    public static Message ToMessage(this byte[] encoded) => Message.Decode(encoded.ToBuffer());

    public static ReadOnlySpan<byte> Written(this ByteBuffer buffer) => buffer.Buffer.AsSpan(buffer.Offset, buffer.Length);
}
