using System.Text;

namespace Penalties.Rules;

/// <summary>
/// A long text message (LMS). Phones show strict EUC-KR (code page 51949): Hangul takes two bytes, ASCII one, and what is outside the set
/// would arrive as "?" or be refused.
/// </summary>
public static class LmsText
{
    /// <summary>Bytes a body may have.</summary>
    public const int BodyLimit = 2_000;

    /// <summary>Bytes a subject may have.</summary>
    public const int SubjectLimit = 40;

    private static readonly Encoding EucKr = StrictEucKr();

    /// <summary>Bytes in EUC-KR.</summary>
    /// <exception cref="EncoderFallbackException">A character is outside EUC-KR; <see cref="Problems"/> names them all.</exception>
    public static int Bytes(string text) => EucKr.GetByteCount(text);

    /// <summary>Everything that keeps the text from being sent as it stands; empty when it can be.</summary>
    public static IReadOnlyList<string> Problems(string subject, string body) =>
        [.. ProblemsOf("subject", subject, SubjectLimit), .. ProblemsOf("body", body, BodyLimit)];

    private static IEnumerable<string> ProblemsOf(string part, string text, int limit)
    {
        var foreign = Foreign(text).ToList();
        foreach (var (rune, position) in foreign)
        {
            yield return $"{part}: '{rune}' (U+{rune.Value:X4}) at position {position} is outside EUC-KR.";
        }

        if (foreign.Count == 0 && Bytes(text) is var bytes && bytes > limit)
        {
            yield return $"{part}: {bytes} bytes in EUC-KR; at most {limit} are allowed.";
        }
    }

    private static IEnumerable<(Rune Rune, int Position)> Foreign(string text)
    {
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!CanEncode(rune))
            {
                yield return (rune, position);
            }

            position += rune.Utf16SequenceLength;
        }
    }

    private static bool CanEncode(Rune rune)
    {
        try
        {
            EucKr.GetByteCount(rune.ToString());
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static Encoding StrictEucKr()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(51949, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }
}
