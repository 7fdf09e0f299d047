using System.Buffers;
using System.Text.RegularExpressions;
using Penalties.Outside.Sms;

namespace Model.Tests.Fuzz;

/// <summary>Finds what is personal in a text, however it is written: escaped, decomposed, in wide digits, with other separators.</summary>
internal static partial class Traces
{
    /// <summary>What the product shows as an example of a number.</summary>
    private const string Example = "010-0000-0000";

    private static readonly SearchValues<char> Marks = SearchValues.Create(Person.Marks);
    private static readonly IReadOnlyList<string> DecomposedMarks = [.. Person.Marks.Select(Decomposed)];

    /// <param name="excused">A customer's id that some webhook told as the id of something else: nobody can tell ids apart.</param>
    /// <returns>What was found, or null.</returns>
    public static string? In(string text, IReadOnlySet<string>? excused = null)
    {
        var plain = Plain(text);
        if (plain.AsSpan().IndexOfAny(Marks) is var at and >= 0)
        {
            return $"the personal text around '{plain[at]}'";
        }

        if (plain.AsSpan().IndexOfAnyInRange('\u1100', '\u11ff') >= 0 && DecomposedMarks.Any(mark => plain.Contains(mark, StringComparison.Ordinal)))
        {
            return "a personal text in decomposed letters";
        }

        if (CustomerId().Matches(plain).Select(found => found.Value).FirstOrDefault(id => excused?.Contains(id) != true) is { } id)
        {
            return $"the customer's id {id}";
        }

        var phone = Phone().Matches(plain).Select(found => found.Value).FirstOrDefault(number => number != Example && PhoneNumber.Parse(number) is not null);
        return phone is null ? null : $"the phone number {phone}";
    }

    /// <summary>The customers' ids that stand in a text.</summary>
    public static IEnumerable<string> CustomerIds(string? text) => CustomerId().Matches(text ?? "").Select(found => found.Value);

    /// <summary>A syllable as the letters it is made of: the inverse of what a Korean keyboard does.</summary>
    public static string Decomposed(char syllable)
    {
        const int Vowels = 21;
        const int Finals = 28;
        var index = syllable - '가';
        if (index is < 0 or >= 11_172)
        {
            return $"{syllable}";
        }

        var final = index % Finals;
        var letters = $"{(char)('\u1100' + (index / (Vowels * Finals)))}{(char)('\u1161' + (index / Finals % Vowels))}";
        return final == 0 ? letters : $"{letters}{(char)('\u11a7' + final)}";
    }

    private static string Plain(string text)
    {
        if (text.Contains("\\u", StringComparison.Ordinal))
        {
            text = Escaped().Replace(text, static found => $"{(char)Convert.ToUInt16(found.Groups[1].Value, 16)}");
        }

        if (text.Contains('%', StringComparison.Ordinal))
        {
            text = Uri.UnescapeDataString(text);
        }

        return text.Any(static c => c > 127 && char.IsDigit(c))
            ? string.Concat(text.Select(static c => char.IsDigit(c) ? $"{(int)char.GetNumericValue(c)}" : $"{c}"))
            : text;
    }

    [GeneratedRegex(@"\\u([0-9A-Fa-f]{4})")]
    private static partial Regex Escaped();

    [GeneratedRegex(Person.IdMark + "[0-9]")]
    private static partial Regex CustomerId();

    /// <summary>Whole numbers only: what is masked, or has lost its beginning, is none.</summary>
    [GeneratedRegex(@"(?<![0-9A-Za-z])\(?(?:\+?82[-. ]?\(?0?|0)1[0-9]\)?[-. ]{0,2}[0-9]{3,4}[-. ]?[0-9]{4}(?![0-9A-Za-z])")]
    private static partial Regex Phone();
}
