using FunctionsHosting.Clock;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableHost.Tests;

/// <summary>Timers of an earlier run of the host, on the Azure Storage provider.</summary>
[Collection(nameof(AzureStorage))]
public sealed class RestartTests(AzureStorage storage) : IDisposable
{
    private static readonly TimeSpan TwoDays = TimeSpan.FromDays(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("durable-host-clock-");
    private readonly Worker _worker = new Worker().Orchestrator("Wait", static async (context, _) =>
    {
        await context.CreateTimer(TwoDays, CancellationToken.None);
        return "woken";
    });

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_timer_of_a_standing_clock_is_due_when_it_would_have_been()
    {
        var file = ClockFile();
        file.Resume(Desk.Start, 0);
        file.Note(Desk.Start);
        var options = Desk.Azure(_worker, storage.ConnectionString, hub: storage.NewHub()) with { ClockFile = file };
        await using (var desk = await Desk.Open(options))
        {
            await desk.Begin("Wait", "a");
            await desk.Settle();
            file.Note(Desk.Start.AddDays(1));
            await desk.AdvanceTo(Desk.Start.AddDays(1));
        }

        var kept = ClockFile();
        var clock = BusinessClock.Frozen(kept.Resume(Desk.Start, 0));
        await using var again = await Desk.Open(options with { Clock = clock, Work = new(), ClockFile = kept });
        Assert.Equal(Desk.Start.AddDays(1), clock.GetUtcNow());
        Assert.Equal(Desk.Start + TwoDays, clock.NextDue!.Value, TimeSpan.FromSeconds(1));

        await again.AdvanceTo(Desk.Start + TwoDays);
        Assert.Equal("woken", await again.Output("a"));
    }

    [Fact]
    public async Task A_timer_that_became_due_while_no_host_ran_fires_at_once()
    {
        var file = ClockFile();
        file.Resume(Desk.Start, 0);
        file.Note(Desk.Start);
        var options = Desk.Azure(_worker, storage.ConnectionString, hub: storage.NewHub()) with { ClockFile = file };
        await using (var desk = await Desk.Open(options))
        {
            await desk.Begin("Wait", "a");
            await desk.Settle();
        }

        await using var again = await Desk.Open(options with { Clock = BusinessClock.Frozen(Desk.Start.AddDays(5)), Work = new(), ClockFile = ClockFile() });
        await again.Settle();

        Assert.Equal("woken", await again.Output("a"));
    }

    [Fact]
    public async Task A_timer_of_a_fast_clock_goes_on_with_it()
    {
        // A day is 5 s: the timer takes 10 s, of which the first host sees the beginning.
        var day = TimeSpan.FromSeconds(5);
        var options = Desk.Azure(_worker, storage.ConnectionString, BusinessClock.Fast(day, Desk.Start), storage.NewHub());
        DateTimeOffset due;
        await using (var desk = await Desk.Open(options))
        {
            await desk.Begin("Wait", "a");
            await desk.Settle();
            due = desk.Clock.NextDue!.Value;
        }

        // As a kept clock goes on: as if it had run meanwhile.
        var clock = BusinessClock.Fast(day, options.Clock.GetUtcNow());
        await using var again = await Desk.Open(options with { Clock = clock, Work = new() });

        Assert.Equal(due, clock.NextDue!.Value, TimeSpan.FromHours(1));
        await again.Client.WaitForInstanceCompletionAsync("a");
        Assert.InRange(clock.GetUtcNow(), due, due.AddDays(1));
    }

    [Fact]
    public async Task A_timer_of_a_clock_of_its_own_is_not_lost_when_the_hub_goes_on_in_real_time()
    {
        var file = ClockFile();
        file.Resume(Desk.Start, 0);
        file.Note(Desk.Start);
        var options = Desk.Azure(_worker, storage.ConnectionString, hub: storage.NewHub()) with { ClockFile = file };
        await using (var desk = await Desk.Open(options))
        {
            await desk.Begin("Wait", "a");
            await desk.Settle();
        }

        var kept = ClockFile();
        var clock = BusinessClock.Fast(TimeSpan.FromDays(1), kept.Resume(Desk.Start.AddDays(3), 1));
        await using var again = await Desk.Open(options with { Clock = clock, Work = new(), ClockFile = kept });
        await again.Client.WaitForInstanceCompletionAsync("a");

        Assert.Equal("woken", await again.Output("a"));
    }

    [Fact]
    public async Task An_activity_that_was_at_work_when_the_host_died_is_waited_for()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cut = new TaskCompletionSource();
        var worker = new Worker()
            .Orchestrator("Ask", static async (context, _) => await context.CallActivityAsync<string>("Slow"))
            .Activity("Slow", async _ =>
            {
                if (begun.TrySetResult())
                {
                    await cut.Task;
                }

                return "answer";
            });
        var options = Desk.Azure(worker, storage.ConnectionString, hub: storage.NewHub()) with
        {
            WorkerId = "same",
            DrainLimit = TimeSpan.FromMilliseconds(100),
        };
        await using (var desk = await Desk.Open(options))
        {
            await desk.Begin("Ask", "a");
            await begun.Task;
        }

        await using var again = await Desk.Open(options with { Work = new() });
        cut.SetException(new FunctionsHosting.Worker.WorkerGoneException());
        Assert.Contains("activity", again.Options.Work.UnderWay, StringComparison.Ordinal);
        await again.Settle();

        Assert.Equal("answer", await again.Output("a"));
    }

    [Fact]
    public async Task What_came_while_a_dead_host_had_the_start_is_dropped_and_not_waited_for()
    {
        var options = Desk.Azure(_worker, storage.ConnectionString, hub: storage.NewHub());
        var hub = options.Extensions["durableTask:hubName"]!;
        await using (var dead = await Desk.Open(options with { MayRun = new TaskCompletionSource().Task }))
        {
            await dead.Begin("Wait", "a");
            await storage.WhenNothingIsToBeSeen(hub);
        }

        var again = await storage.Lock(hub);
        await using var desk = await Desk.Open(options with { Work = new() });
        await desk.Client.RaiseEventAsync("a", "Knock");
        await storage.WhenNothingIsToBeSeen(hub, left: 1);
        await again();
        await desk.Settle();

        Assert.Equal(OrchestrationRuntimeStatus.Running, (await desk.Client.GetInstanceAsync("a"))!.RuntimeStatus);
        Assert.Equal(Desk.Start + TwoDays, desk.Clock.NextDue!.Value, TimeSpan.FromSeconds(1));
    }

    private ClockFile ClockFile() => new(Path.Combine(_folder.FullName, "clock.json"));
}
