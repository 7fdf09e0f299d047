using System.Diagnostics;
using FunctionsHosting;
using FunctionsHosting.Clock;
using FunctionsHosting.Configuration;
using FunctionsHosting.Storage;
using LocalHost;

namespace Bench;

/// <summary>
/// What filing a case costs, up to the 202: webhooks at full speed into a host that also runs the orchestrations it starts, in rounds with raw
/// table inserts between them. A rate means little on a shared machine; the two rates of one round do, compared with each other.
/// </summary>
internal static class IntakeBenchmark
{
    /// <summary>Memory is taken after the first round and after the last.</summary>
    public const int Rounds = 10;

    public static async Task<IReadOnlyList<Figure>> Run(int count, int connections, Action<string> progress, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        try
        {
            progress("Starting Azurite and host …");
            await using var azurite = await Azurite.StartAsync(new() { Folder = Path.Combine(folder.FullName, "azurite"), InMemory = true }, cancellation);
            var settings = HostSettings.Normalise(new Dictionary<string, string?> { ["AzureWebJobsStorage"] = azurite.ConnectionString });
            DevelopmentSettings.Complete(settings, sandbox: new("http://127.0.0.1:9/"), functions: new("http://127.0.0.1:7071/"));
            await using var host = await FunctionsHost.StartAsync<Penalties.Cases.CaseRow>(
                new() { Settings = settings, Clock = BusinessClock.Frozen(TimeProvider.System.GetUtcNow()) }, cancellation: cancellation);
            return await Measure(host, azurite, count, connections, progress, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Figure>> Measure(
        FunctionsHost host, Azurite azurite, int count, int connections, Action<string> progress, CancellationToken cancellation)
    {
        using var crm = new WebhookLoad(host, connections);
        using var storage = new HttpRequestCounter(azurite.Ports[^1]);
        var (size, rounds, waits) = (count / Rounds, new List<Round>(), new double[count]);
        MemoryInUse? early = null;

        // The first case gives the pattern of the raw rows, and the pool its first connections.
        await crm.Send(crm.Prepare(count, 1)[0], cancellation);
        using var raw = await RawInserts.Create(azurite.ConnectionString, connections, cancellation);
        for (var number = 0; number < Rounds; number++)
        {
            rounds.Add(await Play(number * size));
            progress($"{(number + 1) * size:N0} webhooks: {rounds[^1].Webhooks:N0}/s beside {rounds[^1].Inserts:N0} raw inserts/s");
            early ??= MemoryInUse.Now();
        }

        var late = MemoryInUse.Now();
        return
        [
            new("webhooks", Spread.Median(rounds.Select(static round => round.Webhooks)), "1/s"),
            new("answer p50", Spread.Percentile(waits, 50), "ms"),
            new("answer p99", Spread.Percentile(waits, 99), "ms"),
            new("raw inserts", Spread.Median(rounds.Select(static round => round.Inserts)), "1/s"),
            Figure.AtLeast("webhooks to raw inserts", Spread.Median(rounds.Select(static round => round.Webhooks / round.Inserts)), "ratio", 0.25),
            Figure.AtMost("storage requests a webhook", rounds.Sum(static round => round.Requests) / (double)(Rounds * size), "requests", 3),
            new($"managed heap after {size:N0}", early!.HeapMiB, "MiB"),
            new($"managed heap after {Rounds * size:N0}", late.HeapMiB, "MiB"),
            Figure.AtMost("managed heap, late to early", late.HeapMiB / early.HeapMiB, "ratio", 1.2),
            new($"working set after {size:N0}", early.WorkingSetMiB, "MiB"),
            new($"working set after {Rounds * size:N0}", late.WorkingSetMiB, "MiB"),
        ];

        // Half of the inserts before the webhooks and half behind them: what else the machine does falls on both alike.
        async Task<Round> Play(int first)
        {
            var (half, webhooks) = (size / 2, crm.Prepare(first, size));
            var inserted = await AtOnce(first, half, raw.Insert);
            var before = storage.Count;
            var answered = await AtOnce(first, size, async (n, ct) => waits[n] = (await crm.Send(webhooks[n - first], ct)).TotalMilliseconds);
            var requests = storage.Count - before;
            inserted += await AtOnce(first + half, size - half, raw.Insert);
            return new(size / answered.TotalSeconds, size / inserted.TotalSeconds, requests);
        }

        async Task<TimeSpan> AtOnce(int first, int many, Func<int, CancellationToken, Task> one)
        {
            var began = Stopwatch.GetTimestamp();
            var options = new ParallelOptions { MaxDegreeOfParallelism = connections, CancellationToken = cancellation };
            await Parallel.ForAsync(first, first + many, options, async (number, ct) => await one(number, ct));
            return Stopwatch.GetElapsedTime(began);
        }
    }

    /// <param name="Webhooks">A second.</param>
    /// <param name="Inserts">A second.</param>
    /// <param name="Requests">Storage requests of the webhooks.</param>
    private sealed record Round(double Webhooks, double Inserts, long Requests);
}
