using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Bench;

/// <summary>
/// How many whole cases a second the product gets through, from webhook to delivered SMS, beside orchestrations of the bare app with as many activities
/// and timers. Business time stands until all wait, and then jumps, for both alike: what is measured is work and not waiting.
/// </summary>
internal static class CasesBench
{
    private const int Rounds = 3;

    private static readonly DateTimeOffset Filed = new(2026, 9, 18, 22, 30, 0, TimeSpan.FromHours(9));
    private static readonly Option<int> Cases = Measurement.Count("--cases", $"Cases, in {Rounds} rounds", 60, Rounds, 9_999);

    public static readonly Measurement Is = new(
        "cases", "How many whole cases a second, beside bare orchestrations with as many activities and timers", Measure, Cases);

    private static async Task<IReadOnlyList<Figure>> Measure(Run run)
    {
        run.Tell("Starting Azurite, sandbox and both hosts …");
        await using var site = await Site.Prepare(run.Cancellation);
        var options = Standing();
        var world = await site.Sandbox(new() { Clock = options.Clock, Work = options.Work }, run.Cancellation);
        var host = await site.Product(options, world.BaseAddress, run.Cancellation);
        var bare = await site.Bare(Standing(), run.Cancellation);
        using var product = new ManyCases(host, world);
        using var walks = new ManyWalks(bare);

        run.Tell("One case alone …");
        var pattern = await EngineHistory.Of(await product.Play(1, run.Cancellation), new(site.OfEngine), run.Cancellation);
        await walks.Play(1, pattern, run.Cancellation);

        var size = run.Given.GetValue(Cases) / Rounds;
        var (ofCases, ofWalks) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            // One half of the bare ones before the cases and one behind: what else the machine does falls on both alike.
            var before = await Timed(() => walks.Play(size / 2, pattern, run.Cancellation));
            ofCases.Add(size / await Timed(() => product.Play(size, run.Cancellation)));
            ofWalks.Add(size / (before + await Timed(() => walks.Play(size - size / 2, pattern, run.Cancellation))));
            run.Tell(string.Create(CultureInfo.InvariantCulture, $"{size} cases: {ofCases[^1]:0.0}/s beside {ofWalks[^1]:0.0} bare orchestrations/s"));
        }

        return
        [
            new("activities of a case", pattern.Activities, "activities"),
            new("timers of a case", pattern.Timers, "timers"),
            new("cases", Spread.Median(ofCases), "1/s"),
            new("bare orchestrations", Spread.Median(ofWalks), "1/s"),
            Figure.AtLeast("cases to bare orchestrations", Spread.Median(ofCases.Zip(ofWalks, static (one, other) => one / other)), "ratio", 0.4),
        ];
    }

    private static FunctionsHostOptions Standing() => new()
    {
        Clock = BusinessClock.Frozen(Filed),
        // Sweeps look at cases: that is no work of theirs.
        Settings = new Dictionary<string, string?> { ["SweepSchedule"] = "0 0 0 1 1 *", ["UnknockedSchedule"] = "0 0 0 1 1 *" },
    };

    private static async Task<double> Timed(Func<Task> act)
    {
        var began = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
