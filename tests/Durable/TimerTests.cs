using Durable.Tests.Twins;
using LocalHost.Durable.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

public sealed class TimerTests
{
    [Fact]
    public async Task A_cancelled_timer_still_fires_into_the_history_of_an_instance_that_runs_on()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("RunsOn", async context =>
        {
            using var cancel = new CancellationTokenSource();
            _ = context.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
            cancel.Cancel();
            return await context.WaitForExternalEvent<string>("Go");
        }));

        var id = await host.RunAsync("RunsOn");
        await host.AdvanceBy(TimeSpan.FromHours(2));
        Assert.Single((await host.HistoryAsync(id)).OfType<TimerFired>());
        await host.RaiseAsync(id, "Go", "went");

        Assert.Equal("went", await host.OutputAsync<string>(id));
    }

    [Fact]
    public async Task A_thousand_timers_due_at_once_all_fire_and_none_early()
    {
        await using var host = await DurableHost.StartAsync(Waits);
        for (var n = 0; n < 1000; n++)
        {
            await host.Client.ScheduleNewOrchestrationInstanceAsync("Waits", TimeSpan.FromDays(1), new StartOrchestrationOptions($"s{n}"));
        }

        await host.AdvanceTo(DurableHost.Start + TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        Assert.Equal(1000, host.Engine.LiveInstances);
        await host.AdvanceTo(DurableHost.Start + TimeSpan.FromDays(1));

        Assert.Equal(0, host.Engine.LiveInstances);
    }

    [Fact]
    public async Task The_alarm_of_a_terminated_instance_is_gone()
    {
        await using var host = await DurableHost.StartAsync(Waits);
        var id = await host.RunAsync("Waits", TimeSpan.FromDays(30));
        Assert.NotNull(host.Clock.NextDue);

        await host.Client.TerminateInstanceAsync(id);
        await host.WhenIdle();

        Assert.Null(host.Clock.NextDue);
    }

    private static void Waits(DurableTaskRegistry functions) => functions.AddOrchestratorFunc<TimeSpan, DateTime>("Waits", async (context, wait) =>
    {
        await context.CreateTimer(wait, CancellationToken.None);
        return context.CurrentUtcDateTime;
    });
}
