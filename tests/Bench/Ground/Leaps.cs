namespace Bench.Ground;

/// <summary>Business time that jumps over several alarms at once, so that what waited for them works side by side.</summary>
internal static class Leaps
{
    /// <summary>Goes forward to an instant, each time to the next alarm and as far behind it as others may be that belong to it.</summary>
    public static async Task LeapTo(this FunctionsHost host, DateTimeOffset instant, TimeSpan stride, CancellationToken cancellation)
    {
        while (host.Clock.NextDue is { } due && due < instant)
        {
            host.Clock.AdvanceTo(due + stride < instant ? due + stride : instant);
            await host.WhenIdle(cancellation);
        }

        host.Clock.AdvanceTo(instant);
        await host.WhenIdle(cancellation);
    }
}
