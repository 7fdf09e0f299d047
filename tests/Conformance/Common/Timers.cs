namespace Conformance.Tests.Common;

/// <summary>Durable timers and cancellation.</summary>
public abstract class Timers(IBackend on) : ConformanceTests(on)
{
    [JumpTheory]
    [InlineData(3, 0, 1)]
    [InlineData(3, 1, 2)]
    [InlineData(10, 0, 4)]
    [Row("4 timers of 3 days and more")]
    public async Task A_long_timer_takes_hops_of_at_most_three_days_and_is_never_early(int days, int seconds, int hops)
    {
        var wait = TimeSpan.FromDays(days) + TimeSpan.FromSeconds(seconds);
        await using var host = await StartAsync(f => f.AddProbe().AddOrchestratorFunc("Waits", async context =>
        {
            var start = context.CurrentUtcDateTime;
            await context.CreateTimer(wait, CancellationToken.None);
            return (context.CurrentUtcDateTime - start, await context.NextNumberAsync());
        }));

        var id = await host.RunAsync("Waits");
        await host.PassAsync(wait - TimeSpan.FromTicks(1));
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.PassAsync(TimeSpan.FromTicks(1));

        Assert.Equal((wait, hops), await host.OutputAsync<(TimeSpan, int)>(id));
    }

    [JumpFact]
    [Row("4 timers of 3 days and more")]
    public async Task A_long_timer_is_numbered_hop_by_hop_as_the_hops_are_made()
    {
        await using var host = await StartAsync(f => f.AddProbe().AddOrchestratorFunc("Waits", async context =>
        {
            var timer = context.CreateTimer(TimeSpan.FromDays(7), CancellationToken.None);
            var first = await context.NextNumberAsync();
            await context.WaitForExternalEvent<string>("Later");
            var second = await context.NextNumberAsync();
            await timer;
            return new[] { first, second, await context.NextNumberAsync() };
        }));

        var id = await host.RunAsync("Waits");
        await host.PassAsync(TimeSpan.FromDays(4));
        await host.RaiseAsync(id, "Later");
        await host.PassAsync(TimeSpan.FromDays(3));

        // 0 first hop, 1 probe, 2 second hop, 3 probe, 4 third hop, 5 probe
        Assert.Equal([1, 3, 5], await host.OutputAsync<List<int>>(id));
    }

    [Fact]
    [Row("4 CurrentUtcDateTime")]
    public async Task A_timer_is_never_early()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Waits", async context =>
        {
            var late = new List<TimeSpan>();
            foreach (var part in new[] { 0.1, 0.25, 1.0 / 3, 0.9 })
            {
                var due = context.CurrentUtcDateTime + (part * Beat);
                await context.CreateTimer(due, CancellationToken.None);
                late.Add(context.CurrentUtcDateTime - due);
            }

            return late.Min();
        }));

        var id = await host.RunAsync("Waits");
        await host.PassAsync(2);

        Assert.True(await host.OutputAsync<TimeSpan>(id) >= TimeSpan.Zero);
    }

    [Fact]
    [Row("4 timers: zero, past, negative, too far")]
    public async Task Timers_of_the_past_fire_in_the_next_turn_and_each_has_its_number()
    {
        await using var host = await StartAsync(f => f.AddProbe().AddOrchestratorFunc("Past", async context =>
        {
            var timers = new[]
            {
                context.CreateTimer(TimeSpan.Zero, CancellationToken.None),
                context.CreateTimer(TimeSpan.FromHours(-1), CancellationToken.None),
                context.CreateTimer(context.CurrentUtcDateTime.AddDays(-1), CancellationToken.None),
                context.CreateTimer(DateTime.MinValue, CancellationToken.None),
                context.CreateTimer(Timeout.InfiniteTimeSpan, CancellationToken.None),
            };
            var firedAtOnce = timers.Count(static t => t.IsCompleted);
            await Task.WhenAll(timers);
            return (firedAtOnce, await context.NextNumberAsync());
        }));

        Assert.Equal((0, 5), await host.OutputOfAsync<(int, int)>("Past"));
    }

    [Fact]
    [Row("4 timers: zero, past, negative, too far")]
    public async Task A_delay_that_is_no_date_can_be_caught()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Endless", async context =>
            (await Caught<ArgumentOutOfRangeException>(() => context.CreateTimer(TimeSpan.MaxValue, CancellationToken.None))).GetType().Name));

        Assert.Equal(nameof(ArgumentOutOfRangeException), await host.OutputOfAsync<string>("Endless"));
    }

    [Theory]
    [InlineData(DateTimeKind.Local)]
    [InlineData(DateTimeKind.Unspecified)]
    [Row("4 timers: zero, past, negative, too far")]
    public async Task A_due_time_that_is_not_utc_is_local_time(DateTimeKind kind)
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Waits", async context =>
        {
            var start = context.CurrentUtcDateTime;
            await context.CreateTimer(DateTime.SpecifyKind((start + Beat).ToLocalTime(), kind), CancellationToken.None);
            return Beats(start, context.CurrentUtcDateTime);
        }));

        var id = await host.RunAsync("Waits");
        await host.PassAsync(1);

        Assert.Equal(1, await host.OutputAsync<int>(id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Row("4/14 cancellation")]
    public async Task A_cancelled_timer_is_cancelled_at_once_without_the_callers_token_and_keeps_its_number(bool before)
    {
        await using var host = await StartAsync(f => f.AddProbe().AddOrchestratorFunc("Cancels", async context =>
        {
            using var cancel = new CancellationTokenSource();
            if (before)
            {
                cancel.Cancel();
            }

            var timer = context.CreateTimer(TimeSpan.FromDays(1), cancel.Token);
            cancel.Cancel();
            var status = timer.Status;
            var canceled = await Caught<TaskCanceledException>(() => timer);
            return (status, canceled.CancellationToken == cancel.Token, await context.NextNumberAsync());
        }));

        Assert.Equal((TaskStatus.Canceled, false, 1), await host.OutputOfAsync<(TaskStatus, bool, int)>("Cancels"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Row("4/14 cancellation")]
    public async Task A_wait_cancelled_by_its_token_is_cancelled_at_once_and_carries_that_token(bool before)
    {
        await using var host = await StartAsync(f => f.AddProbe().AddOrchestratorFunc("Cancels", async context =>
        {
            using var cancel = new CancellationTokenSource();
            if (before)
            {
                cancel.Cancel();
            }

            var wait = context.WaitForExternalEvent<string>("E", cancel.Token);
            cancel.Cancel();
            var status = wait.Status;
            var canceled = await Caught<TaskCanceledException>(() => wait);
            return (status, canceled.CancellationToken == cancel.Token, await context.NextNumberAsync());
        }));

        Assert.Equal((TaskStatus.Canceled, true, 0), await host.OutputOfAsync<(TaskStatus, bool, int)>("Cancels"));
    }

    [Fact]
    [Row("4/14 cancellation")]
    public async Task A_wait_that_times_out_is_cancelled_and_its_timer_has_a_number()
    {
        await using var host = await StartAsync(f => f.AddProbe().AddOrchestratorFunc("TimesOut", async context =>
        {
            await Caught<TaskCanceledException>(() => context.WaitForExternalEvent<string>("E", Beat));
            return await context.NextNumberAsync();
        }));

        var id = await host.RunAsync("TimesOut");
        await host.PassAsync(1);

        Assert.Equal(1, await host.OutputAsync<int>(id));
    }

    [Fact]
    [Row("4/14 cancellation")]
    public async Task A_timer_that_has_fired_can_not_be_cancelled_any_more()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("TooLate", async context =>
        {
            using var cancel = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.Zero, cancel.Token);
            await timer;
            cancel.Cancel();
            return timer.Status;
        }));

        Assert.Equal(TaskStatus.RanToCompletion, await host.OutputOfAsync<TaskStatus>("TooLate"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Row("4 wall-clock CTS")]
    public async Task The_wall_clock_can_not_cancel_a_wait_or_a_timer(bool timer)
    {
        using var wallClock = new CancellationTokenSource();
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Waits", context => timer
            ? context.CreateTimer(TimeSpan.FromDays(1), wallClock.Token)
            : context.WaitForExternalEvent<string>("Never", wallClock.Token)));

        var id = await host.RunAsync("Waits");
        await wallClock.CancelAsync();
        await host.SettleAsync();

        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
    }
}
