using System.Collections.Concurrent;
using LocalHost;
using FunctionsHosting.Clock;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Worker.Tests;

public sealed class TimerFunctionTests
{
    [Fact]
    public async Task A_timer_function_runs_at_every_occurrence_and_at_no_other_time()
    {
        await using var host = await Start(typeof(Nightly));
        var runs = host.Services.GetRequiredService<Runs>();

        await host.AdvanceTo(TestApp.Start.AddHours(8).AddMinutes(59));
        Assert.Empty(runs.Seen);

        await host.AdvanceTo(TestApp.Start.AddDays(3));

        Assert.Equal([9, 33, 57], runs.Seen.Select(run => (run.At - TestApp.Start).TotalHours));
        Assert.All(runs.Seen, run => Assert.False(run.Info.IsPastDue));
        Assert.Equal(TestApp.Start.AddHours(57).UtcDateTime, runs.Seen.Last().Info.ScheduleStatus!.Next.AddDays(-1));
    }

    [Fact]
    public async Task A_function_with_run_on_startup_runs_at_once()
    {
        await using var host = await Start(typeof(AtStart));

        await host.WhenIdle();

        Assert.Equal(TestApp.Start, Assert.Single(host.Services.GetRequiredService<Runs>().Seen).At);
    }

    [Fact]
    public async Task A_run_never_overlaps_the_one_before_it_and_occurrences_meanwhile_are_left_out()
    {
        await using var host = await Start(typeof(Slow));
        var runs = host.Services.GetRequiredService<Runs>();

        host.Clock.AdvanceTo(TestApp.Start.AddMinutes(1));
        await runs.Begun.Task;
        host.Clock.AdvanceTo(TestApp.Start.AddMinutes(10.5));
        Assert.Single(runs.Seen);
        runs.MayEnd.SetResult();
        await host.WhenIdle();
        Assert.Equal(TestApp.Start.AddMinutes(11), host.Clock.NextDue);

        await host.AdvanceTo(TestApp.Start.AddMinutes(11));

        Assert.Equal(2, runs.Seen.Count);
    }

    [Fact]
    public async Task A_run_that_throws_does_not_end_the_schedule()
    {
        await using var host = await Start(typeof(Failing));

        await host.AdvanceTo(TestApp.Start.AddMinutes(3));

        Assert.Equal(3, host.Services.GetRequiredService<Runs>().Seen.Count);
    }

    [Fact]
    public async Task An_occurrence_missed_while_no_host_ran_is_made_up_for_once()
    {
        using var data = new TempFolder();
        await using (var first = await Start(typeof(Nightly), data.Path))
        {
            await first.AdvanceTo(TestApp.Start.AddHours(10));
        }

        await using var second = await Start(typeof(Nightly), data.Path, TestApp.Start.AddDays(3));
        await second.WhenIdle();

        var run = Assert.Single(second.Services.GetRequiredService<Runs>().Seen);
        Assert.True(run.Info.IsPastDue);
        Assert.Equal(TestApp.Start.AddHours(9).UtcDateTime, run.Info.ScheduleStatus!.Last);
        Assert.Equal(TestApp.Start.AddDays(3).AddHours(9), second.Clock.NextDue);
    }

    private static Task<RunningHost> Start(Type type, string? data = null, DateTimeOffset? at = null)
    {
        var app = TestApp.Of(type, static builder => builder.Services.AddSingleton<Runs>());
        return RunningHost.StartAsync(TestApp.Options(app) with { DataFolder = data, Clock = BusinessClock.Frozen(at ?? TestApp.Start) });
    }

    public sealed class Runs([FromKeyedServices(BusinessClock.ServiceKey)] TimeProvider clock)
    {
        public ConcurrentQueue<(DateTimeOffset At, TimerInfo Info)> Seen { get; } = new();

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Add(TimerInfo info)
        {
            Seen.Enqueue((clock.GetUtcNow(), info));
            Begun.TrySetResult();
        }
    }

    public sealed class Nightly(Runs runs)
    {
        [Function("Nightly")]
        public void Run([TimerTrigger("0 0 9 * * *")] TimerInfo timer) => runs.Add(timer);
    }

    public sealed class AtStart(Runs runs)
    {
        [Function("AtStart")]
        public void Run([TimerTrigger("0 0 9 * * *", RunOnStartup = true)] TimerInfo timer) => runs.Add(timer);
    }

    public sealed class Slow(Runs runs)
    {
        [Function("Slow")]
        public Task Run([TimerTrigger("0 * * * * *")] TimerInfo timer)
        {
            runs.Add(timer);
            return runs.MayEnd.Task;
        }
    }

    public sealed class Failing(Runs runs)
    {
        [Function("Failing")]
        public void Run([TimerTrigger("0 * * * * *")] TimerInfo timer)
        {
            runs.Add(timer);
            throw new InvalidOperationException("as told");
        }
    }
}
