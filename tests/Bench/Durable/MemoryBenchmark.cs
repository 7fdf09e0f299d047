using System.Globalization;
using LocalHost.Durable.Storage;

namespace Bench.Durable;

/// <summary>What an orchestration costs the engine itself: the store is in memory.</summary>
internal static class MemoryBenchmark
{
    private const int Rounds = 5;
    private const int Queue = 5_000;

    public static async Task<IReadOnlyList<Figure>> Run(Action<string> progress, CancellationToken cancellation)
    {
        List<(double Rate, double Cpu)> rounds = [];
        await Play();
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Add(await Play());
            progress(string.Create(CultureInfo.InvariantCulture, $"{rounds[^1].Rate:N0} instances/s, {rounds[^1].Cpu:0.###} ms of processor time each"));
        }

        return
        [
            new($"instances, {Queue:N0} at once", Spread.Median(rounds.Select(static round => round.Rate)), "1/s"),
            Figure.AtMost("CPU an instance", Spread.Median(rounds.Select(static round => round.Cpu)), "ms", 0.5),
        ];

        async Task<(double Rate, double Cpu)> Play()
        {
            await using var errands = await Errands.StartAsync(new MemoryTaskHubStore(), cancellation);
            var cost = Cost.Begin();
            await errands.Run(Queue, cancellation);
            var played = (cost.Rate(Queue), cost.CpuMilliseconds(Queue));
            await errands.CheckAll(cancellation);
            return played;
        }
    }
}
