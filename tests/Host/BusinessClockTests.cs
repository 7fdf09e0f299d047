using System.Collections.Concurrent;
using FunctionsHosting.Clock;

namespace Host.Tests;

public sealed class BusinessClockTests
{
    private static readonly DateTimeOffset Start = Small.Start;

    [Fact]
    public void A_jump_runs_what_is_due_in_order_and_before_it_returns()
    {
        var clock = BusinessClock.Frozen(Start);
        var rung = new List<string>();
        using var third = Alarm(clock, TimeSpan.FromDays(3), () => rung.Add("third day"));
        using var first = Alarm(clock, TimeSpan.FromHours(1), () => rung.Add("first hour"));
        using var never = Alarm(clock, TimeSpan.FromDays(4), () => rung.Add("too early"));

        clock.AdvanceTo(Start.AddDays(3));

        Assert.Equal(["first hour", "third day"], rung);
        Assert.Equal(Start.AddDays(4), clock.NextDue);
    }

    [Fact]
    public void A_standing_clock_stands_and_never_goes_back()
    {
        var clock = BusinessClock.Frozen(Start);

        clock.AdvanceTo(Start.AddHours(-1));

        Assert.Equal(Start, clock.GetUtcNow());
        Assert.Equal(0, clock.Speed);
        Assert.Null(clock.NextDue);
    }

    [Fact]
    public void What_an_alarm_sets_runs_in_the_same_jump_when_it_is_due_by_then()
    {
        var clock = BusinessClock.Frozen(Start);
        var rung = new List<DateTimeOffset>();
        ITimer? second = null;
        using var first = Alarm(clock, TimeSpan.FromHours(1), () =>
            second = Alarm(clock, TimeSpan.Zero, () => rung.Add(clock.GetUtcNow())));

        clock.AdvanceTo(Start.AddHours(2));
        second?.Dispose();

        Assert.Equal([Start.AddHours(2)], rung);
    }

    [Fact]
    public void A_periodic_timer_rings_once_for_every_period_passed()
    {
        var clock = BusinessClock.Frozen(Start);
        var rings = 0;
        using var timer = clock.CreateTimer(_ => rings++, null, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));

        clock.AdvanceTo(Start.AddMinutes(35));

        Assert.Equal(3, rings);
        Assert.Equal(Start.AddMinutes(40), clock.NextDue);
    }

    [Fact]
    public void A_disposed_timer_is_silent_and_can_not_be_set_again()
    {
        var clock = BusinessClock.Frozen(Start);
        var rings = 0;
        var timer = Alarm(clock, TimeSpan.FromMinutes(1), () => rings++);
        timer.Dispose();

        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        clock.AdvanceTo(Start.AddDays(1));

        Assert.Equal(0, rings);
    }

    [Fact]
    public async Task An_alarm_due_at_once_runs_though_the_clock_stands()
    {
        var clock = BusinessClock.Frozen(Start);
        var rung = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var timer = Alarm(clock, TimeSpan.Zero, rung.SetResult);

        await rung.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_fast_clock_is_never_early()
    {
        var clock = BusinessClock.Fast(TimeSpan.FromSeconds(1), Start);
        var rung = new ConcurrentQueue<(DateTimeOffset Due, DateTimeOffset At)>();
        var all = new CountdownEvent(20);
        var timers = Enumerable.Range(1, 20).Select(hour =>
        {
            var due = Start.AddHours(hour);
            return Alarm(clock, due - clock.GetUtcNow(), () =>
            {
                rung.Enqueue((due, clock.GetUtcNow()));
                all.Signal();
            });
        }).ToArray();

        Assert.True(await Task.Run(() => all.Wait(TimeSpan.FromSeconds(20))));
        foreach (var timer in timers)
        {
            await timer.DisposeAsync();
        }

        Assert.All(rung, ring => Assert.True(ring.At >= ring.Due, $"due {ring.Due:o}, rung {ring.At:o}"));
        Assert.Equal(rung.OrderBy(static ring => ring.Due), rung);
    }

    [Fact]
    public async Task A_delay_on_the_clock_ends_when_the_clock_gets_there()
    {
        var clock = BusinessClock.Frozen(Start);
        var waiting = Task.Delay(TimeSpan.FromDays(3), clock);

        clock.AdvanceTo(Start.AddDays(3).AddTicks(-1));
        Assert.False(waiting.IsCompleted);
        clock.AdvanceTo(Start.AddDays(3));

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_ringing_alarm_counts_as_work_until_its_callback_ends()
    {
        var work = new WorkTracker();
        var clock = BusinessClock.Frozen(Start);
        clock.Work = work;
        var seen = "";
        using var timer = Alarm(clock, TimeSpan.FromMinutes(1), () => seen = work.UnderWay);

        clock.AdvanceTo(Start.AddMinutes(1));

        Assert.Equal("1 x alarm", seen);
        Assert.Equal("", work.UnderWay);
    }

    private static ITimer Alarm(BusinessClock clock, TimeSpan due, Action ring) =>
        clock.CreateTimer(_ => ring(), null, due, Timeout.InfiniteTimeSpan);
}
