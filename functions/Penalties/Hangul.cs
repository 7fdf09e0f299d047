namespace Penalties;

/// <summary>
/// Syllables out of the letters they are made of, as Unicode composes them: what was typed on another system is the same word.
/// <see cref="string.Normalize()"/> changes nothing in an app without culture data, which this one is.
/// Source: The Unicode Standard, 3.12 "Conjoining Jamo Behavior".
/// </summary>
internal static class Hangul
{
    private const char FirstLead = '\u1100';
    private const char FirstVowel = '\u1161';

    /// <summary>Stands before the first final, which is number 1: number 0 is none.</summary>
    private const char NoFinal = '\u11a7';

    private const char FirstSyllable = '가';
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Finals = 28;

    public static string Composed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstVowel, (char)(NoFinal + Finals - 1)))
        {
            return text;
        }

        var composed = new char[text.Length];
        var length = 0;
        foreach (var letter in text)
        {
            if (length > 0 && Joined(composed[length - 1], letter) is { } syllable)
            {
                composed[length - 1] = syllable;
            }
            else
            {
                composed[length++] = letter;
            }
        }

        return new(composed, 0, length);
    }

    /// <summary>The syllable of two letters, or of a syllable without final and a final; null where they make none.</summary>
    private static char? Joined(char before, char letter)
    {
        var (lead, vowel) = (before - FirstLead, letter - FirstVowel);
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
        {
            return (char)(FirstSyllable + (((lead * Vowels) + vowel) * Finals));
        }

        var (open, final) = (before - FirstSyllable, letter - NoFinal);
        var isOpen = open is >= 0 and < Leads * Vowels * Finals && open % Finals == 0;
        return isOpen && final is > 0 and < Finals ? (char)(before + final) : null;
    }
}
