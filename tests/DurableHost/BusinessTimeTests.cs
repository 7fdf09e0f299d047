using Microsoft.DurableTask;

namespace DurableHost.Tests;

public sealed class BusinessTimeTests
{
    private static readonly TimeSpan ThreeDays = TimeSpan.FromDays(2.9);

    [Fact]
    public async Task A_timer_fires_when_the_clock_comes_to_it_and_not_before()
    {
        var worker = new Worker().Orchestrator("Wait", static async (context, _) =>
        {
            await context.CreateTimer(ThreeDays, CancellationToken.None);
            return "woken";
        });
        await using var desk = await Desk.Open(Desk.Memory(worker));

        await desk.Begin("Wait", "a");
        await desk.Settle();
        Assert.Equal(Desk.Start + ThreeDays, desk.Clock.NextDue!.Value, TimeSpan.FromSeconds(1));

        await desk.AdvanceTo(Desk.Start + ThreeDays - TimeSpan.FromMinutes(1));
        Assert.Equal(Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Running, (await desk.Status("a")).RuntimeStatus);

        await desk.AdvanceTo(Desk.Start + ThreeDays);
        Assert.Equal("woken", await desk.Output("a"));
    }
}
