using System.Net;
using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Bench.Load;

/// <summary>Customers who agree to a block, an agent who waits for its confirmation, and what is recorded of both.</summary>
internal sealed class AgreedBlocks(Uri functions, SandboxServer world, int senders) : IDisposable
{
    private const string Confirmed = "상호차단 완료";

    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(1);

    private readonly WebhookLoad _crm = new(functions, new(), TimeProvider.System.GetUtcNow(), senders);
    private readonly Desk _desk = new(functions, world.CreateClient(), TimeProvider.System.GetUtcNow);

    /// <summary>How often somebody who looked was told to come again, because storage did not answer in time.</summary>
    public int ToldToComeAgain { get; private set; }

    /// <summary>Makes the tickets exist that webhooks will be about.</summary>
    public async Task Seed(int first, int many, CancellationToken cancellation)
    {
        for (var number = first; number < first + many; number++)
        {
            await _desk.World.SeedTicket(new() { Id = WebhookLoad.TicketOf(number) }, cancellation);
        }
    }

    /// <summary>The webhook of one more case.</summary>
    public async Task<AgreedBlock> File(int number, CancellationToken cancellation)
    {
        var sent = TimeProvider.System.GetUtcNow();
        return new(await _crm.Send(number, cancellation), sent);
    }

    /// <summary>The webhook of a case once more, as a CRM repeats it that got no answer.</summary>
    public async Task<AgreedBlock> FileAgain(int number, CancellationToken cancellation)
    {
        var sent = TimeProvider.System.GetUtcNow();
        return new(await _crm.Repeat(number, cancellation), sent);
    }

    /// <summary>Comes back when the agent, who waits for it, hears that the block is confirmed.</summary>
    public async Task Hear(AgreedBlock block, CancellationToken cancellation)
    {
        for (var state = "Pending"; state != "Confirmed";)
        {
            var answer = await Patiently(() => _desk.Read($"api/penalty-requests/{block.CaseId}/block?wait=30", Person.Agent, cancellation), cancellation);
            state = answer.GetProperty("block").GetString();
            if (state is not ("Pending" or "Confirmed"))
            {
                throw new NotMeasuredException($"The block of {block.CaseId} is {state}.");
            }
        }
    }

    /// <summary>When the case was told that its block is confirmed.</summary>
    public async Task<DateTimeOffset> ConfirmedAt(AgreedBlock block, CancellationToken cancellation)
    {
        await Hear(block, cancellation);
        var timeline = (await Patiently(() => _desk.Watch(block.CaseId, cancellation), cancellation)).GetProperty("timeline").EnumerateArray();
        return timeline.First(static entry => entry.GetProperty("what").GetString() == Confirmed).GetProperty("at").GetDateTimeOffset();
    }

    /// <summary>How many blocks the driver admin has been asked for.</summary>
    public async Task<int> Asked(CancellationToken cancellation) => (await _desk.World.Received(SandboxSystem.DriverAdmin, cancellation)).Blocks.Count;

    private async Task<T> Patiently<T>(Func<Task<T>> look, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await look();
            }
            catch (HttpRequestException busy) when (busy.StatusCode is HttpStatusCode.ServiceUnavailable)
            {
                ToldToComeAgain++;
                await Task.Delay(ComeAgain, cancellation);
            }
        }
    }

    public void Dispose()
    {
        _crm.Dispose();
        _desk.Dispose();
    }
}

/// <param name="Sent">When the webhook that told of it left.</param>
internal sealed record AgreedBlock(string CaseId, DateTimeOffset Sent);
