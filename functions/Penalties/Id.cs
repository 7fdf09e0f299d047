using System.Text.RegularExpressions;

namespace Penalties;

/// <summary>Ids of people and rides in the systems around us: 1 to 64 letters, digits and <c>._@:-</c>, so that nothing else is taken for one.</summary>
internal static partial class Id
{
    public static bool IsWellFormed(string text) => Pattern().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9._@:-]{1,64}\z")]
    private static partial Regex Pattern();
}
