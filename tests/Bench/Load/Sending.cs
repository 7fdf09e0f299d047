namespace Bench.Load;

/// <summary>What came of sending: each sender sends its next as soon as its last is answered.</summary>
/// <param name="Waits">Milliseconds until each answer.</param>
internal sealed record Sending(TimeSpan Took, IReadOnlyList<double> Waits)
{
    public double PerSecond => Waits.Count / Took.TotalSeconds;

    public static async Task<Sending> AtOnce(int senders, int first, int many, Func<int, CancellationToken, Task> send, CancellationToken cancellation)
    {
        var waits = new double[many];
        var began = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = senders, CancellationToken = cancellation };
        await Parallel.ForAsync(first, first + many, options, async (number, ct) =>
        {
            var sent = Stopwatch.GetTimestamp();
            await send(number, ct);
            waits[number - first] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        });
        return new(Stopwatch.GetElapsedTime(began), waits);
    }

    public static Sending operator +(Sending one, Sending other) => new(one.Took + other.Took, [.. one.Waits, .. other.Waits]);
}
