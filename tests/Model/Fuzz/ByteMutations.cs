using System.Text;
using Penalties;

namespace Model.Tests.Fuzz;

/// <summary>What may go wrong with a webhook's bytes.</summary>
internal static class ByteMutations
{
    private static readonly byte[][] NoText =
    [
        [0xff], [0xfe, 0xff], [0xc0, 0xaf], [0xc3], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xed, 0xb0, 0x80], [0xf0, 0x9f, 0x9a], [0xf4, 0x90, 0x80, 0x80],
        [0x80], [0x00], [0x1f], [0xef, 0xbf, 0xbe], [0xef, 0xbb, 0xbf],
    ];

    private static readonly string[] Whole =
    [
        "", " ", "\n", "null", "true", "0", "1e999", "\"\"", "[]", "[{}]", "{}", "{", "}", "[", "{\"", "{\"a\"", "{\"a\":", "{\"a\":1", "{,}", "{}{}", "{} x",
        "//", "\0", "\ufeff{}",
        "{\"ticket\":\"4711\"}", "{\"verified\":\"none\"}", "{\"ticket\":\"4711\",\"verified\":\"none\"}", "ticket=4711&verified=none", "<ticket>4711</ticket>",
        "{\"ticket\":4711,\"ticket\":4712}", "[{\"ticket\":\"4711\"}]", "{\"$type\":\"System.IO.FileInfo\"}", "{\"$id\":\"1\",\"$ref\":\"1\"}",
    ];

    private static readonly Func<byte[], Random, byte[]>[] All =
        [Flip, Flip, Flip, Cut, Cut, CutOut, CutOut, Double, Spoil, Spoil, Mark, OtherText, Another, Another, Append, Fill, Fill];

    public static byte[] Mutate(byte[] body, Random draw) => All[draw.Next(All.Length)](body, draw);

    private static byte[] Flip(byte[] body, Random draw)
    {
        var flipped = body.ToArray();
        for (var flips = draw.Next(1, 9); flips > 0 && flipped.Length > 0; flips--)
        {
            flipped[draw.Next(flipped.Length)] ^= (byte)(1 << draw.Next(8));
        }

        return flipped;
    }

    private static byte[] Cut(byte[] body, Random draw) => body[..draw.Next(body.Length + 1)];

    private static byte[] CutOut(byte[] body, Random draw)
    {
        var from = draw.Next(body.Length + 1);
        var to = Math.Min(body.Length, from + draw.Next(1, 200));
        return [.. body[..from], .. body[to..]];
    }

    private static byte[] Double(byte[] body, Random draw)
    {
        var from = draw.Next(body.Length + 1);
        var to = Math.Min(body.Length, from + draw.Next(1, 200));
        return Insert(body, body[from..to], draw);
    }

    private static byte[] Spoil(byte[] body, Random draw) => Insert(body, NoText[draw.Next(NoText.Length)], draw);

    private static byte[] Mark(byte[] body, Random draw) => [0xef, 0xbb, 0xbf, .. body];

    private static byte[] OtherText(byte[] body, Random draw) =>
        (draw.Next(3) switch { 0 => Encoding.Unicode, 1 => Encoding.BigEndianUnicode, _ => Encoding.Latin1 }).GetBytes(Encoding.UTF8.GetString(body));

    private static byte[] Another(byte[] body, Random draw) => Encoding.UTF8.GetBytes(Whole[draw.Next(Whole.Length)]);

    private static byte[] Append(byte[] body, Random draw) => [.. body, .. Encoding.UTF8.GetBytes(Whole[draw.Next(Whole.Length)])];

    /// <summary>Blanks up to the largest body there may be, or a few bytes more.</summary>
    private static byte[] Fill(byte[] body, Random draw)
    {
        var length = BoundedBody.MaxBytes + draw.Next(-1, 3);
        return body.Length >= length ? body : [.. body, .. Enumerable.Repeat((byte)' ', length - body.Length)];
    }

    private static byte[] Insert(byte[] body, byte[] some, Random draw)
    {
        var at = draw.Next(body.Length + 1);
        return [.. body[..at], .. some, .. body[at..]];
    }
}
