using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace LocalHost.Commands;

/// <summary>Durations as people type them: 500ms, 10s, 2m, 1h, 1d.</summary>
internal static partial class DurationText
{
    public const string Allowed = "a positive number with ms, s, m, h or d, for example 10s or 2m";

    public static TimeSpan? Parse(string text)
    {
        var match = Form().Match(text);
        if (!double.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var unit = match.Groups["unit"].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => TimeSpan.FromDays(1),
        };
        return number > 0 && number < 1e6 ? number * unit : null;
    }

    /// <summary>Parser for an option.</summary>
    public static TimeSpan? Parse(ArgumentResult argument)
    {
        var duration = Parse(argument.Tokens.Single().Value);
        if (duration is null)
        {
            argument.AddError($"'{argument.Tokens.Single().Value}' is not a duration; allowed: {Allowed}.");
        }

        return duration;
    }

    [GeneratedRegex("^(?<number>[0-9]+([.][0-9]+)?)(?<unit>ms|s|m|h|d)$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
