namespace Bench;

/// <summary>The host itself: how soon it answers, how much memory it has, what its front costs, what it asks of a storage when nothing happens.</summary>
internal static class HostBench
{
    private const int Starts = 3;

    /// <summary>As people say it, and as the command line does.</summary>
    private static readonly (string Way, string Worker)[] Workers = [("worker in the host's process", "in-process"), ("worker in a process of its own", "process")];

    private static readonly Option<int> Requests = Measurement.Count("--requests", "Requests through the front, in rounds", 18_000, FrontRound.Rounds * 100, 10_000_000);
    private static readonly Option<int> Idle = Measurement.Count("--idle-seconds", "How long an idle host is watched", 60, 10, 3_600);

    public static readonly Measurement Is = new(
        "host", "How soon a host answers and its memory, both ways to run the worker; its front beside a bare forwarder; its idle storage requests", Measure, Requests, Idle);

    private static async Task<IReadOnlyList<Figure>> Measure(Run run) =>
    [
        .. await Started(run),
        .. await FrontRound.Measure(run, run.Given.GetValue(Requests)),
        .. await IdleRequests(run, run.Given.GetValue(Idle)),
    ];

    private static async Task<IReadOnlyList<Figure>> Started(Run run)
    {
        await using var site = await Site.Prepare(run.Cancellation);
        var world = await site.Sandbox(new(), run.Cancellation);
        var figures = new List<Figure>();
        foreach (var (way, worker) in Workers)
        {
            var (took, memory) = (new List<double>(), new List<double>());
            for (var number = 0; number < Starts; number++)
            {
                await using var host = new HostProcess(site, world.BaseAddress, "--worker", worker);
                took.Add((await host.Start(run.Cancellation)).TotalSeconds);
                await host.WhenIdle(run.Cancellation);
                memory.Add(await host.Memory(run.Cancellation));
                run.Tell(string.Create(CultureInfo.InvariantCulture, $"{way}: first 200 after {took[^1]:0.0} s, {memory[^1]:0} MiB"));
            }

            figures.Add(new($"start to the first 200, {way}", Spread.Median(took), "s"));
            figures.Add(new($"memory, {way}", Spread.Median(memory), "MiB"));
        }

        return figures;
    }

    /// <summary>In real time, as a host lives that nobody needs.</summary>
    private static async Task<IReadOnlyList<Figure>> IdleRequests(Run run, int seconds)
    {
        run.Tell($"An idle host for {seconds} s …");
        await using var site = await Site.Prepare(run.Cancellation);
        var world = await site.Sandbox(new(), run.Cancellation);
        var host = await site.Product(new(), world.BaseAddress, run.Cancellation);
        await host.WhenIdle(run.Cancellation);
        await Task.Delay(TimeSpan.FromSeconds(5), run.Cancellation); // until the engine looks as seldom as it does
        var (before, began) = (site.Requests.Now, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds), run.Cancellation);
        var (asked, hours) = (site.Requests.Now - before, Stopwatch.GetElapsedTime(began).TotalHours);
        return
        [
            new($"idle: the app's storage requests an hour, from {seconds} s", asked.App / hours, "1/h"),
            new($"idle: the engine's work an hour, from {seconds} s", asked.Engine / hours, "1/h"),
            new($"idle: looks at queues, leases and locks an hour, from {seconds} s", asked.Looks / hours, "1/h"),
            new($"idle: all storage requests an hour, from {seconds} s", (asked.App + asked.Engine + asked.Looks) / hours, "1/h"),
        ];
    }
}
