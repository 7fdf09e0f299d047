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
        Span<(int Left, int End)> entered = stackalloc (int, int)[Deepest];
        var depth = 0;
        do
        {
            if (depth > 0)
            {
                entered[depth - 1].Left--;
            }

            var code = Number(bytes, ref at, 1);
            switch (code >> 4)
            {
                case 0x0 when code == 0:
                    Enter(entered, ref depth, (2, int.MaxValue));
                    break;
                case 0x4:
                    break;
                case >= 0x5 and <= 0x9 and var width:
                    at = Skip(bytes, at, 1 << (width - 5));
                    break;
                case 0xa or 0xb:
                    var length = Number(bytes, ref at, SizeWidth(code));
                    at = Skip(bytes, at, length);
                    break;
                case 0xc or 0xd:
                    Enter(entered, ref depth, Compound(bytes, ref at, code));
                    break;
                case 0xe or 0xf:
                    at = ArrayEnd(bytes, at, code);
                    break;
                default:
                    throw Malformed($"0x{code:x2} begins no value");
            }

            while (depth > 0 && entered[depth - 1].Left == 0)
            {
                depth--;
                if (entered[depth].End is < int.MaxValue and var end && end != at)
                {
                    throw Malformed("a list or map is not as long as it says");
                }
            }
        }
        while (depth > 0);
        return at;
    }

    public static AmqpException Malformed(string problem) => new(AmqpErrorCode.DecodeError, $"What came cannot be read: {problem}.");

    private static void Enter(Span<(int Left, int End)> entered, ref int depth, (int Left, int End) value)
    {
        if (depth == entered.Length)
        {
            throw Malformed($"it is nested deeper than {Deepest}");
        }

        entered[depth++] = value;
    }

    private static (int Count, int End) Compound(ReadOnlySpan<byte> bytes, ref int at, int code)
    {
        var size = Number(bytes, ref at, SizeWidth(code));
        var end = Skip(bytes, at, size);
        var count = Number(bytes, ref at, SizeWidth(code));
        return count < 0 || (code & 0x0f) == 1 && count % 2 != 0 ? throw Malformed($"a list or map of {count}") : (count, end);
    }

    /// <summary>Arrays of anything that has values inside are not followed, and nobody sends them.</summary>
    private static int ArrayEnd(ReadOnlySpan<byte> bytes, int at, int code)
    {
        var size = Number(bytes, ref at, SizeWidth(code));
        var end = Skip(bytes, at, size);
        var elements = Skip(bytes, at, SizeWidth(code));
        return Number(bytes, ref elements, 1) is > 0 and < 0xc0 && elements <= end ? end : throw Malformed("an array of lists, maps or described values");
    }

    private static int SizeWidth(int code) => code >> 4 is 0xa or 0xc or 0xe ? 1 : 4;

    private static int Number(ReadOnlySpan<byte> bytes, ref int at, int width)
    {
        var start = at;
        at = Skip(bytes, at, width);
        return width == 1 ? bytes[start] : BinaryPrimitives.ReadInt32BigEndian(bytes[start..]);
    }

    private static int Skip(ReadOnlySpan<byte> bytes, int at, int length) =>
        length >= 0 && length <= bytes.Length - at ? at + length : throw Malformed("it breaks off");
}
