namespace LocalHost.Sandbox.Nhn;

/// <summary>NHN's dates: Korean time, without saying so.</summary>
internal static class NhnTime
{
    private static readonly TimeSpan s_kst = TimeSpan.FromHours(9);

    public static DateTimeOffset? Read(string? text, string format) =>
        DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? new(date, s_kst) : null;

    public static string Write(DateTimeOffset instant, string format) => instant.ToOffset(s_kst).ToString(format, CultureInfo.InvariantCulture);
}
