using System.Buffers.Binary;
using Microsoft.Azure.Amqp;

namespace FunctionsHosting.Broker.Edge;

/// <summary>
/// Walks over encoded values before the library decodes them: it follows described values however deep they go, so that 64 KB of zeros would
/// overrun its stack and end the process.
/// </summary>
internal static class EncodedValue
{
    private const int Deepest = 32;

    /// <summary>Where the value that begins at <paramref name="at"/> ends.</summary>
    /// <exception cref="AmqpException">It does not end, does not agree with itself, or goes deeper than anybody needs.</exception>
    public static int End(ReadOnlySpan<byte> bytes, int at)
    {
        // For each value that has been entered: how many are still to come in it, and where it says that it ends.
        Span<(int Left, int End)> entered = stackalloc (int, int)[Deepest + 1];
        var depth = 0;
        do
        {
            if (depth > 0)
            {
                entered[depth - 1].Left--;
            }

            var code = Number(bytes, ref at, 1);
            var kind = code >> 4;
            if (code == 0)
            {
                entered[depth++] = (2, int.MaxValue);
            }
            else if (kind is >= 0x4 and < 0xa)
            {
                at = Skip(bytes, at, kind == 0x4 ? 0 : 1 << (kind - 5));
            }
            else
            {
                var width = kind % 2 == 0 ? 1 : 4;
                var size = kind < 0xa ? throw Malformed($"0x{code:x2} begins no value") : Number(bytes, ref at, width);
                var end = Skip(bytes, at, size);
                var count = kind < 0xc ? 0 : Number(bytes, ref at, width);
                if (count < 0 || (kind is 0xc or 0xd && (code & 1) == 1 && count % 2 == 1) || (kind > 0xd && Number(bytes, ref at, 1) is 0 or >= 0xc0))
                {
                    throw Malformed("a collection of what nobody sends");
                }

                at = kind is 0xc or 0xd ? at : end;
                if (kind is 0xc or 0xd)
                {
                    entered[depth++] = (count, end);
                }
            }

            if (depth > Deepest)
            {
                throw Malformed($"it is nested deeper than {Deepest}");
            }

            while (depth > 0 && entered[depth - 1].Left == 0)
            {
                depth--;
                if (entered[depth].End is < int.MaxValue and var said && said != at)
                {
                    throw Malformed("a list or map is not as long as it says");
                }
            }
        }
        while (depth > 0);
        return at;
    }

    public static AmqpException Malformed(string problem) => new(AmqpErrorCode.DecodeError, $"What came cannot be read: {problem}.");

    private static int Number(ReadOnlySpan<byte> bytes, ref int at, int width)
    {
        var start = at;
        at = Skip(bytes, at, width);
        return width == 1 ? bytes[start] : BinaryPrimitives.ReadInt32BigEndian(bytes[start..]);
    }

    private static int Skip(ReadOnlySpan<byte> bytes, int at, int length) =>
        length >= 0 && length <= bytes.Length - at ? at + length : throw Malformed("it breaks off");
}
