using PhoneNumbers;

namespace Penalties.Outside.Sms;

/// <summary>Korean phone numbers: taken in any usual form, kept as E.164, sent as national digits, shown masked.</summary>
public static class PhoneNumber
{
    private const string Korea = "KR";

    private static readonly PhoneNumberUtil Util = PhoneNumberUtil.GetInstance();

    /// <returns>E.164 such as "+821012345678", or null when the text is not a Korean number that can receive texts.</returns>
    public static string? Parse(string? text) => Parse(text, ReceivesTexts);

    /// <returns>E.164, or null when the text is no Korean number: a landline can be phoned.</returns>
    public static string? ParseAny(string? text) => Parse(text, static _ => true);

    /// <summary>
    /// Whether what should be an id is a number that receives texts, as people write it: with the 0 or the 82 in front. Without them it may be an id.
    /// </summary>
    public static bool IsWrittenAs(string id)
    {
        var plain = string.Concat(id.Where(char.IsAsciiLetterOrDigit));
        return plain.All(char.IsAsciiDigit) && (plain.StartsWith('0') || plain.StartsWith("82", StringComparison.Ordinal)) && Parse(plain) is not null;
    }

    private static string? Parse(string? text, Func<PhoneNumbers.PhoneNumber, bool> suits)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            var number = Util.Parse(text, Korea);
            return Util.IsValidNumberForRegion(number, Korea) && suits(number) ? Util.Format(number, PhoneNumberFormat.E164) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    /// <summary>010 and its like, and the 050 numbers that stand for one; not a landline, an internet phone or a company's 15xx.</summary>
    private static bool ReceivesTexts(PhoneNumbers.PhoneNumber number) =>
        Util.GetNumberType(number) is PhoneNumberType.MOBILE or PhoneNumberType.PERSONAL_NUMBER;

    /// <returns>National digits such as "01012345678".</returns>
    public static string National(string e164)
    {
        var national = Util.Format(Util.Parse(e164, Korea), PhoneNumberFormat.NATIONAL);
        return string.Concat(national.Where(char.IsAsciiDigit));
    }

    /// <returns>Such as "010-****-5678".</returns>
    public static string Mask(string e164)
    {
        var digits = National(e164);
        return $"{digits[..3]}-****-{digits[^4..]}";
    }
}
