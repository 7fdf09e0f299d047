using CsCheck;
using Model.Tests;

namespace Bench;

/// <summary>
/// What one random sequence of tests/Model costs: whole cases with duplicates and faults, on the app in memory. Nine tenths keep their sessions, one tenth
/// replays at every turn, as there; the sequences are the same in every run.
/// </summary>
internal static class ModelBench
{
    private const int Tenth = 10;
    private const int WarmUp = 60;
    private const uint Stream = 7;

    private static readonly Option<int> Sequences = Measurement.Count("--sequences", "Random sequences", 500, Tenth, 1_000_000);

    public static readonly Measurement Is = new("model", "How much processor time one random sequence of tests/Model takes", Measure, Sequences);

    private static async Task<IReadOnlyList<Figure>> Measure(Run run)
    {
        var many = run.Given.GetValue(Sequences);
        var replayed = many / Tenth;
        run.Tell("Warming up …");
        await Cpu(Enumerable.Range(many, WarmUp), replays: false, run);
        await Cpu(Enumerable.Range(many, WarmUp / Tenth), replays: true, run);

        run.Tell($"{many - replayed} sequences that keep their sessions …");
        var ofKept = await Cpu(Enumerable.Range(replayed, many - replayed), replays: false, run);
        run.Tell($"{replayed} sequences that replay at every turn …");
        var ofReplayed = await Cpu(Enumerable.Range(0, replayed), replays: true, run);
        return
        [
            new("a sequence that keeps its sessions", ofKept / (many - replayed), "CPU ms"),
            new("a sequence that replays at every turn", ofReplayed / replayed, "CPU ms"),
            Figure.Promise("a sequence, nine tenths kept and one replayed", (ofKept + ofReplayed) / many, "CPU ms", 35),
        ];
    }

    /// <summary>Processor milliseconds of this process, its garbage collector included.</summary>
    private static async Task<double> Cpu(IEnumerable<int> sequences, bool replays, Run run)
    {
        using var self = Process.GetCurrentProcess();
        GC.Collect();
        var before = self.TotalProcessorTime;
        await Parallel.ForEachAsync(sequences, run.Cancellation, async (number, _) =>
        {
            try
            {
                await CentreRun.Play(Operation.Sequence.Generate(new PCG(Stream, (ulong)number), null, out var _), replays);
            }
            catch (BrokenInvariantException broken)
            {
                throw new NotMeasuredException(broken.Message);
            }
        });
        self.Refresh();
        return (self.TotalProcessorTime - before).TotalMilliseconds;
    }
}
