namespace LocalHost.Sandbox.Zendesk;

/// <summary>Zendesk's instants: UTC, whole seconds, <c>2026-09-18T13:30:00Z</c>.</summary>
internal static class Stamp
{
    public static DateTimeOffset WholeSecond(DateTimeOffset instant)
    {
        var utc = instant.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerSecond));
    }

    public static string Text(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
