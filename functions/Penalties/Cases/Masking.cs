using Penalties.Outside.Sms;

namespace Penalties.Cases;

/// <summary>How personal data is shown to people who do not need it whole.</summary>
public static class Masking
{
    /// <returns>Such as "010-****-5678".</returns>
    public static string Phone(string e164) => PhoneNumber.Mask(e164);

    /// <returns>The first and last character with stars between, such as "홍*동"; a two-letter name keeps its first.</returns>
    public static string? Name(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        var letters = new List<string>();
        for (var rest = StringInfo.GetTextElementEnumerator(name.Trim()); rest.MoveNext();)
        {
            letters.Add(rest.GetTextElement());
        }

        return letters.Count switch
        {
            1 => "*",
            2 => $"{letters[0]}*",
            _ => $"{letters[0]}{new string('*', letters.Count - 2)}{letters[^1]}",
        };
    }
}
