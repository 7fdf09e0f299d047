using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text;

namespace LocalHost.Durable.Storage;

/// <summary>
/// A long text as bytes. The first says what follows: the text, compressed (its length, 4 bytes, and Brotli over UTF-8), or the name under which
/// the hub's large values have that.
/// </summary>
internal static class PackedText
{
    private const byte Text = 1;
    private const byte Name = 2;
    private const int TextAt = 5;

    // The quickest: JSON shrinks to a fraction at any quality, and a large value should cost the network, not the processor.
    private const int Quality = 1;
    private const int Window = 22;

    public static byte[] Pack(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var packed = new byte[TextAt + BrotliEncoder.GetMaxCompressedLength(utf8.Length)];
        packed[0] = Text;
        BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(1), utf8.Length);
        return BrotliEncoder.TryCompress(utf8, packed.AsSpan(TextAt), out var length, Quality, Window)
            ? packed[..(TextAt + length)]
            : throw new InvalidOperationException($"A text of {text.Length} characters could not be compressed.");
    }

    /// <exception cref="InvalidDataException">It is not what <see cref="Pack"/> made.</exception>
    public static string Unpack(byte[] packed)
    {
        if (packed is [Text, _, _, _, _, ..] && BinaryPrimitives.ReadInt32LittleEndian(packed.AsSpan(1)) is >= 0 and var length)
        {
            var utf8 = new byte[length];
            if (BrotliDecoder.TryDecompress(packed.AsSpan(TextAt), utf8, out var written) && written == length)
            {
                return Encoding.UTF8.GetString(utf8);
            }
        }

        throw new InvalidDataException("A compressed text of the task hub is damaged.");
    }

    public static byte[] Reference(string name) => [Name, .. Encoding.UTF8.GetBytes(name)];

    public static bool IsReference(object value, [NotNullWhen(true)] out string? name)
    {
        name = value is byte[] and [Name, .. var utf8] ? Encoding.UTF8.GetString(utf8) : null;
        return name is not null;
    }
}
