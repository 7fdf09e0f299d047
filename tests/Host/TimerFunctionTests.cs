using FunctionsHosting.Clock;
using SmallApp;

namespace Host.Tests;

public sealed class TimerFunctionTests
{
    [Fact]
    public async Task A_timer_function_runs_at_every_occurrence_and_at_no_other_time()
    {
        await using var host = await Small.Only(nameof(TimerFunctions.EveryHour)).Run();
        await host.AdvanceTo(Small.Start.AddMinutes(59));
        Assert.Empty(host.Lines());

        await host.AdvanceTo(Small.Start.AddHours(3));

        Assert.Equal(["hour, last 00:00, next 02:00", "hour, last 01:00, next 03:00", "hour, last 02:00, next 04:00"], host.Lines());
    }

    [Fact]
    public async Task A_function_with_run_on_startup_runs_at_once()
    {
        await using var host = await Small.Only(nameof(TimerFunctions.AtStart)).Run();
        await host.WhenIdle();

        Assert.Equal(["at start False"], host.Lines());
    }

    [Fact]
    public async Task A_run_never_overlaps_the_one_before_it_and_occurrences_meanwhile_are_left_out()
    {
        await using var host = await Small.Only(nameof(TimerFunctions.Slow)).Run();
        host.Clock.AdvanceTo(Small.Start.AddMinutes(1));
        await host.Gate().Begun.Task;
        host.Clock.AdvanceTo(Small.Start.AddMinutes(10.5));
        Assert.Single(host.Lines());

        host.Gate().MayEnd.SetResult();
        await host.WhenIdle();
        Assert.Equal(Small.Start.AddMinutes(11), host.Clock.NextDue);
        await host.AdvanceTo(Small.Start.AddMinutes(11));

        Assert.Equal(2, host.Lines().Count);
    }

    [Fact]
    public async Task A_run_that_throws_does_not_end_the_schedule()
    {
        await using var host = await Small.Only(nameof(TimerFunctions.Failing)).Run();
        await host.AdvanceTo(Small.Start.AddMinutes(3));

        Assert.Equal(3, host.Lines().Count);
    }

    [Fact]
    public async Task A_run_with_retries_is_tried_again_until_it_works_and_the_schedule_goes_on()
    {
        await using var host = await Small.Only(nameof(TimerFunctions.Stubborn)).Run();
        await host.AdvanceTo(Small.Start.AddHours(1).AddSeconds(19));
        Assert.Equal(["stubborn, retry 0 of 0", "stubborn, retry 1 of 5"], host.Lines());

        await host.AdvanceTo(Small.Start.AddHours(1).AddMinutes(30));
        Assert.Equal("stubborn, retry 2 of 5", Assert.Single(host.Lines().Skip(2)));

        await host.AdvanceTo(Small.Start.AddHours(2));
        Assert.Equal("stubborn, retry 0 of 0", host.Lines().Last());
    }

    [Fact]
    public async Task An_occurrence_missed_while_no_host_ran_is_made_up_for_once()
    {
        using var data = new TempFolder();
        var options = Small.Only(nameof(TimerFunctions.EveryHour)) with { DataFolder = data.Path };
        await using (var first = await options.Run())
        {
            await first.AdvanceTo(Small.Start.AddHours(1.5));
        }

        await using var second = await (options with { Clock = BusinessClock.Frozen(Small.Start.AddDays(3).AddMinutes(30)) }).Run();
        await second.WhenIdle();

        Assert.Equal(["hour, last 01:00, next 01:00, late"], second.Lines());
        Assert.Equal(Small.Start.AddDays(3).AddHours(1), second.Clock.NextDue);
    }
}
