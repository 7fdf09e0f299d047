using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using LocalHost;
using LocalHost.Clock;
using LocalHost.Durable.Storage;
using LocalHost.Sandbox;
using LocalHost.Storage;
using LocalHost.Worker;

namespace Bench.Durable;

/// <summary>
/// What an orchestration costs on tables: alone, and with many started at once. Between the rounds stands the raw rate of transactions of the same
/// Azurite: a rate means little on a shared machine, the two of one run compared with each other do.
/// </summary>
internal static class DurableBenchmark
{
    /// <summary>Each queue length this often, one after the other: what else the machine does falls on all alike.</summary>
    private const int Rounds = 3;

    private const int Transactions = 100;

    private static readonly DateTimeOffset Noon = new(2026, 9, 18, 12, 0, 0, TimeSpan.FromHours(9));

    private static readonly int[] Queues = [200, 1_000, 5_000];

    public static async Task<IReadOnlyList<Figure>> Run(Action<string> progress, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        try
        {
            progress("Starting Azurite …");
            await using var azurite = await Azurite.StartAsync(new() { Folder = Path.Combine(folder.FullName, "azurite"), InMemory = true }, cancellation);
            return await Measure(azurite, progress, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Figure>> Measure(Azurite azurite, Action<string> progress, CancellationToken cancellation)
    {
        using var storage = new HttpRequestCounter(azurite.Ports[^1]);
        var raw = await RawTransactions.Create(azurite.ConnectionString, cancellation);
        var warm = await Play(20);
        var alone = await Play(1);
        progress($"Alone: {alone.Requests:0.##} storage requests");
        var rates = new List<double> { await raw.Rate(Transactions, cancellation) };
        var plays = Queues.ToDictionary(static queue => queue, static _ => new List<Played>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var queue in Queues)
            {
                plays[queue].Add(await Play(queue));
                rates.Add(await raw.Rate(Transactions, cancellation));
                progress(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{queue:N0} at once: {plays[queue][^1].Rate:N0} instances/s beside {rates[^1]:N0} raw rows/s"));
            }
        }

        progress("An idle hour …");
        var idle = await Idle(cancellation);

        double Median(int queue, Func<Played, double> of) => Spread.Median(plays[queue].Select(of));
        var rawRate = Spread.Median(rates);
        return
        [
            Figure.AtMost("storage requests an instance, alone", alone.Requests, "requests", 10),
            Figure.AtMost("storage requests an instance, 200 at once", Median(200, static play => play.Requests), "requests", 2),
            new("rows an instance", Median(1_000, static play => play.Rows), "rows"),
            .. Queues.Select(queue => new Figure($"instances, {queue:N0} at once", Median(queue, static play => play.Rate), "1/s")),
            new("raw rows in transactions of 100", rawRate, "1/s"),
            Figure.AtLeast(
                "1,000 at once to raw rows by rows an instance",
                Median(1_000, static play => play.Rate) / (rawRate / Median(1_000, static play => play.Rows)),
                "ratio",
                0.25),
            Figure.AtLeast("5,000 at once to 1,000 at once", Median(5_000, static play => play.Rate) / Median(1_000, static play => play.Rate), "ratio", 0.8),
            .. Queues.Select(queue => new Figure($"CPU an instance, {queue:N0} at once", Median(queue, static play => play.CpuMilliseconds), "ms")),
            Figure.AtMost("storage requests of an idle hour, the whole app", idle.Tables + idle.Blobs, "requests", 200),
            new("peak working set", Process.GetCurrentProcess().PeakWorkingSet64 / 1024.0 / 1024.0, "MiB"),
        ];

        // A hub of its own each: what the one before left must not be what makes this one slow.
        async Task<Played> Play(int count)
        {
            var store = new CountingStore(new TableTaskHubStore(
                new TableServiceClient(azurite.ConnectionString), new BlobServiceClient(azurite.ConnectionString), $"Hub{Guid.NewGuid():N}"));
            await using var errands = await Errands.StartAsync(store, cancellation);
            var (requests, rows, cost) = (storage.Count, store.Rows, Cost.Begin());
            await errands.Run(count, cancellation);
            var played = new Played(
                cost.Rate(count), (storage.Count - requests) / (double)count, (store.Rows - rows) / (double)count, cost.CpuMilliseconds(count));
            await errands.CheckAll(cancellation);
            return played;
        }
    }

    /// <summary>The app with its sweeps and its task hub's lease, on a storage of its own.</summary>
    private static async Task<IdleHour> Idle(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        try
        {
            await using var azurite = await Azurite.StartAsync(new() { Folder = folder.FullName, InMemory = true }, cancellation);
            var (clock, lease, work) = (BusinessClock.Frozen(Noon), BusinessClock.Frozen(Noon), new WorkTracker());
            await using var world = await SandboxServer.StartAsync(new() { Clock = clock, Work = work }, cancellation);
            var settings = HostSettings.Normalise(new Dictionary<string, string?> { ["AzureWebJobsStorage"] = azurite.ConnectionString });
            DevelopmentSettings.Complete(settings, world.BaseAddress, new("http://127.0.0.1:7071/"));
            await using var host = await RunningHost.StartAsync(
                new()
                {
                    App = FunctionApp.From(Assembly.Load("Penalties")),
                    Settings = settings,
                    Clock = clock,
                    LeaseClock = lease,
                    Work = work,
                    BrokerConfig = RunningHostOptions.DefaultBrokerConfig,
                },
                cancellation);
            await host.AdvanceTo(Noon.AddHours(1), cancellation);
            return await IdleHour.Pass(host, lease, azurite.ConnectionString, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <param name="Rate">Instances a second.</param>
    /// <param name="Requests">Storage requests an instance.</param>
    /// <param name="Rows">Rows written or deleted an instance.</param>
    /// <param name="CpuMilliseconds">Of this process, an instance.</param>
    private sealed record Played(double Rate, double Requests, double Rows, double CpuMilliseconds);
}
