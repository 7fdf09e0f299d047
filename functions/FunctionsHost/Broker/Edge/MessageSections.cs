using System.Buffers.Binary;
using FunctionsHosting.Broker.Wire;

namespace FunctionsHosting.Broker.Edge;

internal enum SectionKind : byte
{
    Header = 0x70,
    DeliveryAnnotations = 0x71,
    MessageAnnotations = 0x72,
    Properties = 0x73,
    ApplicationProperties = 0x74,
    Data = 0x75,
    Sequence = 0x76,
    Value = 0x77,
    Footer = 0x78,
}

/// <summary>Cuts an encoded message into its sections without decoding them, so that a body leaves the broker byte for byte as it came.</summary>
internal ref struct MessageSections(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public SectionKind Kind { get; private set; }

    /// <summary>The section with its descriptor.</summary>
    public ReadOnlySpan<byte> Whole { get; private set; }

    /// <summary>The section's value, from its format code on.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var (kind, descriptor) = Descriptor(_rest);
        var size = descriptor + SizeOf(_rest[descriptor..]);
        Kind = (SectionKind)kind;
        Whole = _rest[..size];
        Value = Whole[descriptor..];
        _rest = _rest[size..];
        return true;
    }

    /// <summary>The bytes of a binary value.</summary>
    public static ReadOnlySpan<byte> Binary(ReadOnlySpan<byte> value) => value[0] switch
    {
        0xa0 => value[2..],
        0xb0 => value[5..],
        var code => throw Malformed($"format code 0x{code:x2} where binary belongs"),
    };

    private static (byte Kind, int Size) Descriptor(ReadOnlySpan<byte> section) => section switch
    {
        [0x00, 0x53, var kind, ..] => (kind, 3),
        [0x00, 0x80, 0, 0, 0, 0, 0, 0, 0, var kind, ..] => (kind, 10),
        _ => throw Malformed("a section without the descriptor of one"),
    };

    /// <summary>Of a value with its format code. The code's upper half says how the size is told.</summary>
    private static int SizeOf(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            throw Malformed("a section without a value");
        }

        var size = (value[0] >> 4) switch
        {
            0x4 => 1L,
            0x5 => 2,
            0x6 => 3,
            0x7 => 5,
            0x8 => 9,
            0x9 => 17,
            0xa or 0xc or 0xe when value.Length >= 2 => 2L + value[1],
            0xb or 0xd or 0xf when value.Length >= 5 => 5L + BinaryPrimitives.ReadUInt32BigEndian(value[1..]),
            0x0 => DescribedSize(value),
            _ => throw Malformed($"format code 0x{value[0]:x2}"),
        };
        return size <= value.Length ? (int)size : throw Malformed("a value longer than the message");
    }

    private static long DescribedSize(ReadOnlySpan<byte> value)
    {
        var descriptor = SizeOf(value[1..]);
        return 1 + descriptor + SizeOf(value[(1 + descriptor)..]);
    }

    private static AmqpFault Malformed(string what) => new("amqp:decode-error", $"The message cannot be read: {what}.");
}
