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
        var absent = new List<string>();
        var resolved = SettingName().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            if (this[name] is { } value)
            {
                return value;
            }

            absent.Add(name);
            return match.Value;
        });
        missing = absent;
        return resolved;
    }

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.CultureInvariant)]
    private static partial Regex SettingName();
}
