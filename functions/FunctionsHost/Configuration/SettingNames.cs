using System.Text.RegularExpressions;

namespace FunctionsHosting.Configuration;

/// <summary>Resolves the <c>%setting%</c> names in a trigger's texts.</summary>
internal sealed partial class SettingNames(IReadOnlyDictionary<string, string?> settings)
{
    /// <summary>The value of a setting, or null when it is missing or empty.</summary>
    public string? this[string name] => settings.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The text with its settings put in; <paramref name="missing"/> names the ones there are not.</summary>
    public string Resolve(string text, out IReadOnlyList<string> missing)
    {
        missing = [.. SettingName().Matches(text).Select(static match => match.Value.Trim('%')).Where(name => this[name] is null)];
        return SettingName().Replace(text, match => this[match.Value.Trim('%')] ?? match.Value);
    }

    [GeneratedRegex("%[^%]+%", RegexOptions.CultureInvariant)]
    private static partial Regex SettingName();
}
