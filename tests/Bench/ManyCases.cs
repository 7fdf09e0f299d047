using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Bench;

/// <summary>Cases that go their usual way side by side: filed, blocked, concluded early, answered on the third day.</summary>
internal sealed class ManyCases(FunctionsHost host, SandboxServer world) : IDisposable
{
    private const int Senders = 16;

    /// <summary>Longer than until the third day's answer is delivered.</summary>
    private static readonly TimeSpan UntilAnswered = TimeSpan.FromDays(4);

    /// <summary>The answers of a morning are spread over so long.</summary>
    private static readonly TimeSpan Stride = TimeSpan.FromMinutes(11);

    private readonly Desk _desk = new(host.BaseAddress, world.CreateClient(), host.Clock.GetUtcNow);
    private int _next;

    /// <returns>The last one's id.</returns>
    public async Task<string> Play(int many, CancellationToken cancellation)
    {
        var first = _next;
        _next += many;
        for (var number = first; number < _next; number++)
        {
            await _desk.World.SeedTicket(new() { Id = WebhookLoad.TicketOf(number) }, cancellation);
        }

        using var crm = new WebhookLoad(host.BaseAddress, new(), host.Clock.GetUtcNow(), Senders);
        var ids = new string[many];
        await Sending.AtOnce(Senders, first, many, async (number, ct) => ids[number - first] = await crm.Send(number, ct), cancellation);
        await host.WhenIdle(cancellation);
        await Parallel.ForEachAsync(ids, cancellation, async (id, ct) => await _desk.Conclude(id, "warning", "lead-3", host.Clock.GetUtcNow(), push: true, ct));
        await host.WhenIdle(cancellation);
        await host.LeapTo(host.Clock.GetUtcNow() + UntilAnswered, Stride, cancellation);
        foreach (var id in ids)
        {
            if ((await _desk.Watch(id, cancellation)).GetProperty("state").GetString() is var state && state != "Closed")
            {
                throw new NotMeasuredException($"Case {id} did not come to its end: {state}.");
            }
        }

        return ids[^1];
    }

    public void Dispose()
    {
        _desk.World.Dispose();
        _desk.Dispose();
    }
}
