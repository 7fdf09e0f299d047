using System.Globalization;

namespace Stories.Tests;

/// <summary>Times as the stories tell them: "2026-09-18 22:30 KST".</summary>
internal static class Kst
{
    public static DateTimeOffset Parse(string text) => new(
        DateTime.ParseExact(text, "yyyy-MM-dd HH:mm 'KST'", CultureInfo.InvariantCulture), TimeSpan.FromHours(9));
}
