using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using LocalHost;
using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bench.Durable;

/// <summary>
/// What sleeping instances cost: one engine puts them to sleep, the next one finds them. With all of them asleep, some timers are due in the same
/// second. Real time throughout.
/// </summary>
internal sealed class SleepersBenchmark(int count, Action<string> progress, CancellationToken cancellation)
{
    private const string Orchestrator = "Sleep";
    private const int DueTogether = 1_000;

    private static readonly TimeSpan Sleep = TimeSpan.FromDays(2);

    /// <summary>Enough to start all that are due together.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(30);

    private readonly WorkTracker _work = new();

    /// <summary>How late each timer's code went on; negative: early.</summary>
    private readonly ConcurrentBag<TimeSpan> _lags = [];

    public async Task<IReadOnlyList<Figure>> Run()
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        try
        {
            progress("Starting Azurite …");
            await using var azurite = await Azurite.StartAsync(new() { Folder = Path.Combine(folder.FullName, "azurite"), InMemory = true }, cancellation);
            await PutToSleep(azurite);
            return await Measure(azurite);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task PutToSleep(Azurite azurite)
    {
        await using var engine = Engine(azurite);
        await engine.StartAsync(cancellation);
        var client = engine.CreateClient();
        var cost = Cost.Begin();
        const int Portion = 1_000;
        for (var first = 0; first < count; first += Portion)
        {
            await Start(client, first, Math.Min(Portion, count - first), TimeProvider.System.GetUtcNow() + Sleep);
            await _work.WhenIdle(cancellation);
            if ((first + Portion) % (10 * Portion) == 0)
            {
                progress(string.Create(CultureInfo.InvariantCulture, $"{first + Portion:N0} asleep, {cost.Rate(first + Portion):N0}/s"));
            }
        }
    }

    private async Task<IReadOnlyList<Figure>> Measure(Azurite azurite)
    {
        using var storage = new HttpRequestCounter(azurite.Ports[^1]);
        var found = await Find(azurite, storage);

        // Else this would still stand on the stack of the engine's end, and that holds the engine.
        await Task.Yield();
        var without = MemoryInUse.Now();
        await using (var engine = Engine(azurite))
        {
            await engine.StartAsync(cancellation);
            await WakeTogether(engine);
        }

        double[] lags = [.. _lags.Select(static lag => lag.TotalMilliseconds)];
        return
        [
            new("sleeping instances", count, "instances"),
            new("start-up", found.Time.TotalSeconds, "s"),
            Figure.AtMost("memory a sleeping instance", (found.Memory.Heap - without.Heap) / (double)count, "bytes", 1_024),
            Figure.AtMost("start-up requests for 500 sleeping instances", found.Requests * 500.0 / count, "requests", 1),
            Figure.AtMost("timers that were early", lags.Count(static lag => lag < 0), "timers", 0),
            new($"lag of {DueTogether:N0} timers of one second, p50", Spread.Percentile(lags, 50), "ms"),
            new($"lag of {DueTogether:N0} timers of one second, p99", Spread.Percentile(lags, 99), "ms"),
        ];
    }

    /// <summary>One engine more, only to see what it takes to know them all. What its end gives back is what it held.</summary>
    private async Task<(TimeSpan Time, long Requests, MemoryInUse Memory)> Find(Azurite azurite, HttpRequestCounter storage)
    {
        await using var engine = Engine(azurite);
        var (began, before) = (Stopwatch.GetTimestamp(), storage.Count);
        await engine.StartAsync(cancellation);
        await _work.WhenIdle(cancellation);
        var (time, requests) = (Stopwatch.GetElapsedTime(began), storage.Count - before);
        progress(string.Create(CultureInfo.InvariantCulture, $"{count:N0} found asleep in {time.TotalSeconds:0.0} s"));
        return engine.LiveInstances == count
            ? (time, requests, MemoryInUse.Now())
            : throw new BenchmarkException($"{engine.LiveInstances} instances were found asleep; {count} had been put to sleep.");
    }

    private async Task WakeTogether(DurableEngine engine)
    {
        progress($"{DueTogether:N0} timers that are due together …");
        var due = TimeProvider.System.GetUtcNow() + Ahead;
        await Start(engine.CreateClient(), count, DueTogether, due);
        if (_lags.Count > 0 || TimeProvider.System.GetUtcNow() >= due)
        {
            throw new BenchmarkException($"{DueTogether} timers could not be set within {Ahead.TotalSeconds:0} s.");
        }

        while (engine.LiveInstances > count)
        {
            await Task.Delay(50, cancellation);
        }
    }

    private static async Task Start(DurableTaskClient client, int first, int many, DateTimeOffset due)
    {
        var starts = Enumerable.Range(first, many).Select(number => client.ScheduleNewOrchestrationInstanceAsync(
            Orchestrator,
            due.UtcDateTime,
            new StartOrchestrationOptions($"sleeper-{number:D7}").WithDedupeStatuses(StartOrchestrationOptionsExtensions.ValidDedupeStatuses)));
        await Task.WhenAll(starts);
    }

    private DurableEngine Engine(Azurite azurite)
    {
        var registry = new DurableTaskRegistry();
        registry.AddOrchestratorFunc<DateTime, bool>(Orchestrator, async (context, due) =>
        {
            await context.CreateTimer(due, CancellationToken.None);
            _lags.Add(TimeProvider.System.GetUtcNow().UtcDateTime - due);
            return true;
        });
        return new(
            new TableTaskHubStore(new TableServiceClient(azurite.ConnectionString), new BlobServiceClient(azurite.ConnectionString), "Sleepers"),
            new RegistryFunctions(registry),
            TimeProvider.System,
            _work,
            NullLoggerFactory.Instance,
            new());
    }
}
