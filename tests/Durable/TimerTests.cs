using Durable.Tests.Twins;
using LocalHost.Durable.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

public sealed class TimerTests
{
    [Theory]
    [InlineData(3, 0, 1)]
    [InlineData(3, 1, 2)]
    [InlineData(10, 0, 4)]
    public async Task A_long_timer_takes_hops_of_at_most_three_days_and_is_never_early(int days, int seconds, int hops)
    {
        await using var host = await DurableHost.StartAsync(Waits);
        var wait = TimeSpan.FromDays(days) + TimeSpan.FromSeconds(seconds);

        var id = await host.RunAsync("Waits", wait);
        await host.AdvanceTo(DurableHost.Start + wait - TimeSpan.FromTicks(1));
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.AdvanceTo(DurableHost.Start + wait);

        Assert.Equal(DurableHost.Start.UtcDateTime + wait, await host.OutputAsync<DateTime>(id));
        Assert.Equal(hops, (await host.HistoryAsync(id)).OfType<TimerCreated>().Count());
    }

    [Fact]
    public async Task Timers_of_the_past_fire_in_the_next_turn()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Past", async context =>
        {
            var timers = new[]
            {
                context.CreateTimer(TimeSpan.Zero, CancellationToken.None),
                context.CreateTimer(TimeSpan.FromHours(-1), CancellationToken.None),
                context.CreateTimer(DateTime.MinValue, CancellationToken.None),
                context.CreateTimer(Timeout.InfiniteTimeSpan, CancellationToken.None),
            };
            var fired = timers.Count(static t => t.IsCompleted);
            await Task.WhenAll(timers);
            return fired;
        }));

        var id = await host.RunAsync("Past");

        Assert.Equal(0, await host.OutputAsync<int>(id));
    }

    [Fact]
    public async Task A_delay_that_is_no_date_can_be_caught()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Endless", async context =>
        {
            try
            {
                await context.CreateTimer(TimeSpan.MaxValue, CancellationToken.None);
                return "no";
            }
            catch (ArgumentOutOfRangeException)
            {
                return "caught";
            }
        }));

        Assert.Equal("caught", await host.OutputAsync<string>(await host.RunAsync("Endless")));
    }

    [Fact]
    public async Task A_timer_nobody_cancelled_keeps_the_instance_running_until_it_fires()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Returns", context =>
        {
            _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return "returned";
        }));

        var id = await host.RunAsync("Returns");
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.AdvanceBy(TimeSpan.FromHours(1));

        Assert.Equal("returned", await host.OutputAsync<string>(id));
    }

    [Fact]
    public async Task An_orchestrator_that_throws_fails_only_when_its_timer_has_fired()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Throws", Task (context) =>
        {
            _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            throw new InvalidOperationException("boom");
        }));

        var id = await host.RunAsync("Throws");
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.AdvanceBy(TimeSpan.FromHours(1));

        var instance = await host.GetAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.Equal("System.InvalidOperationException: boom", instance.SerializedOutput);
        Assert.Equal("System.InvalidOperationException", instance.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task A_cancelled_timer_lets_the_instance_complete_at_once()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Cancels", async context =>
        {
            using var cancel = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
            cancel.Cancel();
            var canceled = await Assert.ThrowsAsync<TaskCanceledException>(() => timer);
            return (timer.Status, canceled.CancellationToken == cancel.Token);
        }));

        var id = await host.RunAsync("Cancels");

        Assert.Equal((TaskStatus.Canceled, false), await host.OutputAsync<(TaskStatus, bool)>(id));
        Assert.Single((await host.HistoryAsync(id)).OfType<TimerCreated>());
    }

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
    public async Task The_wall_clock_can_not_cancel_a_wait()
    {
        using var wallClock = new CancellationTokenSource();
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Waits", async context =>
        {
            await context.WaitForExternalEvent<string>("Never", wallClock.Token);
        }));

        var id = await host.RunAsync("Waits");
        await wallClock.CancelAsync();
        await host.WhenIdle();

        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
    }

    [Fact]
    public async Task The_time_of_a_turn_is_that_of_its_event_and_the_same_on_replay()
    {
        List<DateTime> live = [], replayed = [];
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Times", async context =>
        {
            for (var n = 0; n < 3; n++)
            {
                (context.IsReplaying ? replayed : live).Add(context.CurrentUtcDateTime);
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            }
        }));

        await host.RunAsync("Times");
        await host.AdvanceBy(TimeSpan.FromHours(3));

        var start = DurableHost.Start.UtcDateTime;
        Assert.Equal([start, start.AddHours(1), start.AddHours(2)], live);
        Assert.Equal(live.ToHashSet(), replayed.ToHashSet());
        Assert.All(live, time => Assert.Equal(DateTimeKind.Utc, time.Kind));
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

    private static void Waits(DurableTaskRegistry functions) => functions.AddOrchestratorFunc<TimeSpan, DateTime>("Waits", async (context, wait) =>
    {
        await context.CreateTimer(wait, CancellationToken.None);
        return context.CurrentUtcDateTime;
    });
}
