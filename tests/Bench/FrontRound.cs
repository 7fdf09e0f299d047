namespace Bench;

/// <summary>
/// Requests through the host's front, which forwards each to the worker's web server and invokes the function over the stream, beside requests through
/// the same forwarder to a handler that does nothing.
/// </summary>
internal static class FrontRound
{
    public const int Rounds = 6;

    private const int Senders = 16;
    private const int WarmUp = 6_000;

    public static async Task<IReadOnlyList<Figure>> Measure(Run run, int requests)
    {
        await using var site = await Site.Prepare(run.Cancellation);
        var host = await site.Bare(new(), run.Cancellation);
        await using var bare = await BareForwarder.Start(run.Cancellation);
        using var front = new Gets(new(host.BaseAddress, "api/answer"), Senders);
        using var forwarder = new Gets(new(bare.Address, "api/answer"), Senders);
        run.Tell("Warming up the front …");
        await Sending.AtOnce(Senders, 0, WarmUp, front.Send, run.Cancellation);
        await Sending.AtOnce(Senders, 0, WarmUp, forwarder.Send, run.Cancellation);

        var size = requests / Rounds;
        var (through, beside) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var half = await Sending.AtOnce(Senders, 0, size / 2, forwarder.Send, run.Cancellation);
            through.Add((await Sending.AtOnce(Senders, 0, size, front.Send, run.Cancellation)).PerSecond);
            beside.Add((half + await Sending.AtOnce(Senders, 0, size - size / 2, forwarder.Send, run.Cancellation)).PerSecond);
            run.Tell(string.Create(CultureInfo.InvariantCulture, $"{through[^1]:0} requests/s through the front beside {beside[^1]:0}/s through the bare forwarder"));
        }

        return
        [
            new("requests through the front", Spread.Median(through), "1/s"),
            new("requests through the bare forwarder", Spread.Median(beside), "1/s"),
            Figure.AtLeast("front to bare forwarder", Spread.Median(through.Zip(beside, static (one, other) => one / other)), "ratio", 0.2),
        ];
    }
}
