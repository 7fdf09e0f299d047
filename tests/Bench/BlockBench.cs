namespace Bench;

/// <summary>
/// How long an agent waits, with the customer on the line, until "confirmed" may be said: on a host that has nothing else to do, in a burst, and when the
/// host ends in the middle. The host is a process of its own, the driver admin answers at once.
/// </summary>
internal static class BlockBench
{
    private const int Senders = 64;
    private const int WarmUp = 5;

    private static readonly Option<int> Idle = Measurement.Count("--idle", "Cases one after another", 100, 10, 10_000);
    private static readonly Option<int> Burst = Measurement.Count("--burst", "Cases at once", 200, 10, 10_000);

    public static readonly Measurement Is = new(
        "block", "How long from the webhook until the block is confirmed: idle, in a burst, after the host was killed or stopped", Measure, Idle, Burst);

    private static async Task<IReadOnlyList<Figure>> Measure(Run run)
    {
        var burst = run.Given.GetValue(Burst);
        var (heard, recorded, atOnce, comeAgain) = await OnALivingHost(run, run.Given.GetValue(Idle), burst);

        // Both mostly wait: for the messages the dead host had taken.
        run.Tell("One host is killed, another is asked to stop, each while blocks are under way …");
        var killed = EndedHost.Play(host => host.Kill(run.Cancellation), run.Cancellation);
        var stopped = EndedHost.Play(host => host.Terminate(run.Cancellation), run.Cancellation);
        var (afterKill, afterStop) = (await killed, await stopped);
        return
        [
            new("idle: confirmed in the case, p50", Spread.Percentile(recorded, 50), "s"),
            new("idle: confirmed in the case, p95", Spread.Percentile(recorded, 95), "s"),
            new("idle: the agent hears it, p50", Spread.Percentile(heard, 50), "s"),
            new($"{burst} at once: confirmed in the case, p50", Spread.Percentile(atOnce, 50), "s"),
            new($"{burst} at once: confirmed in the case, p95", Spread.Percentile(atOnce, 95), "s"),
            new($"{burst} at once: looks answered 503, come again", comeAgain, "looks"),
            new("host killed (SIGKILL): it answers again after", afterKill.Back.TotalSeconds, "s"),
            new("host killed (SIGKILL): the last is confirmed after", afterKill.Last.TotalSeconds, "s"),
            new("host stopped (SIGTERM): it has ended after", afterStop.Gone.TotalSeconds, "s"),
            new("host stopped (SIGTERM): it answers again after", afterStop.Back.TotalSeconds, "s"),
            new("host stopped (SIGTERM): the last is confirmed after", afterStop.Last.TotalSeconds, "s"),
            Figure.Promise("idle: the agent hears it, p95", Spread.Percentile(heard, 95), "s", 3),
        ];
    }

    private static async Task<(IReadOnlyList<double> Heard, IReadOnlyList<double> Recorded, IReadOnlyList<double> AtOnce, int ComeAgain)> OnALivingHost(
        Run run, int idle, int burst)
    {
        run.Tell("Starting Azurite, sandbox and host …");
        await using var site = await Site.Prepare(run.Cancellation);
        var world = await site.Sandbox(new(), run.Cancellation);
        await using var host = new HostProcess(site, world.BaseAddress);
        await host.Start(run.Cancellation);
        using var blocks = new AgreedBlocks(host.Address, world, Senders);
        await blocks.Seed(0, WarmUp + idle + burst, run.Cancellation);

        await OneByOne(0, WarmUp);
        var (heard, recorded) = await OneByOne(WarmUp, idle);
        run.Tell($"{burst} at once …");
        await host.WhenIdle(run.Cancellation);
        var atOnce = await AtOnce(WarmUp + idle, burst);
        return (heard, recorded, atOnce, blocks.ToldToComeAgain);

        async Task<(IReadOnlyList<double> Heard, IReadOnlyList<double> Recorded)> OneByOne(int first, int many)
        {
            var (heard, recorded) = (new List<double>(), new List<double>());
            for (var number = first; number < first + many; number++)
            {
                await host.WhenIdle(run.Cancellation);
                var block = await blocks.File(number, run.Cancellation);
                await blocks.Hear(block, run.Cancellation);
                heard.Add((TimeProvider.System.GetUtcNow() - block.Sent).TotalSeconds);
                recorded.Add(await Took(block));
                if (heard.Count % 20 == 0)
                {
                    run.Tell(string.Create(CultureInfo.InvariantCulture, $"{heard.Count} one after another, the last heard after {heard[^1]:0.00} s …"));
                }
            }

            return (heard, recorded);
        }

        async Task<IReadOnlyList<double>> AtOnce(int first, int many)
        {
            var filed = new AgreedBlock[many];
            await Sending.AtOnce(Senders, first, many, async (number, ct) => filed[number - first] = await blocks.File(number, ct), run.Cancellation);
            var took = new List<double>();
            foreach (var block in filed)
            {
                took.Add(await Took(block));
            }

            return took;
        }

        async Task<double> Took(AgreedBlock block) => (await blocks.ConfirmedAt(block, run.Cancellation) - block.Sent).TotalSeconds;
    }
}
