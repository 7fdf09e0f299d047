using System.Diagnostics;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Durable.Tests.Twins;
using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.Storage;

namespace Durable.Tests.Kills;

/// <summary>
/// The process that is killed: this assembly, run by itself. It plays its orders one after the other, each on an engine and a hub of its own, up to
/// the end or to the commit at which it is to die. When all its engines stand there, it kills itself as machines kill: SIGKILL, at once. All its
/// work is done by one thread; with <see cref="QuietTurns"/> that makes its commits the same in every run.
/// </summary>
internal static class KilledHost
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <param name="arguments">The storage's connection string, the folder of journals and reports, and orders as JSON.</param>
    public static async Task<int> Main(string[] arguments)
    {
        if (Environment.ProcessorCount != 1 || !ThreadPool.SetMinThreads(1, 1) || !ThreadPool.SetMaxThreads(1, 1))
        {
            throw new InvalidOperationException("Commits come in the same order only where one thread does all the work.");
        }

        var dies = false;
        var (tables, blobs) = (new TableServiceClient(arguments[0]), new BlobServiceClient(arguments[0]));
        foreach (var order in arguments[2..].Select(static json => JsonSerializer.Deserialize<Order>(json)!))
        {
            var store = new TableTaskHubStore(tables, blobs, order.Hub);
            var journal = new Journal(JournalOf(arguments[1], order.Hub));
            var killing = new KillingStore(store, journal, order);
            var late = order.Late && journal.Struck() is not null ? Month : TimeSpan.Zero;
            var playing = PlayAsync(killing, Scripts.All.Single(s => s.Name == order.Script), journal, late);
            if (await Task.WhenAny(playing, killing.Struck) == killing.Struck)
            {
                dies = true;
                continue;
            }

            await playing;
            var report = await HubReport.ReadAsync(store) with { Commits = killing.Commits };
            await File.WriteAllTextAsync(ReportOf(arguments[1], order.Hub), JsonSerializer.Serialize(report));
        }

        if (dies)
        {
            Process.GetCurrentProcess().Kill();
        }

        return 0;
    }

    public static string JournalOf(string folder, string hub) => Path.Combine(folder, $"{hub}.journal");

    public static string ReportOf(string folder, string hub) => Path.Combine(folder, $"{hub}.json");

    private static async Task PlayAsync(KillingStore store, Script script, Journal journal, TimeSpan late)
    {
        var clock = BusinessClock.Frozen((journal.Clock() ?? DurableHost.Start) + late);
        var host = await StartAsync(store, script, journal, clock);
        var now = DurableHost.Start + late;
        foreach (var (number, step) in script.Steps.Index())
        {
            await store.WhenQuiet();
            now += step.Passes;
            if (step.Version is { } version)
            {
                host = await DeployAsync(host, version);
                continue;
            }

            await (step.Call is null ? PassAsync(host, journal, now) : CallAsync(host, journal, $"{number} {step.Words}", step.Call));
        }

        await StopAsync(host);

        async Task<DurableHost> DeployAsync(DurableHost host, string version)
        {
            if (journal.Version() == version)
            {
                return host;
            }

            await StopAsync(host);
            journal.Add(Journal.Entry.Deployed, version);
            return await StartAsync(store, script, journal, clock);
        }

        async Task StopAsync(DurableHost host)
        {
            await host.Engine.StopAsync(CancellationToken.None);
            await store.WhenQuiet();
            await host.DisposeAsync();
        }
    }

    private static async Task<DurableHost> StartAsync(KillingStore store, Script script, Journal journal, BusinessClock clock)
    {
        var version = journal.Version() ?? script.Version;
        var host = await DurableHost.StartAsync(
            functions => script.Functions(functions, journal),
            new TamperedStore(store) { Fails = changes => Refusal(changes.Index().FirstOrDefault(c => script.Refuses(journal, c.Item), (-1, null!)).Index) },
            clock,
            options: new()
            {
                PartitionCount = Script.Shards,
                MaxTurnAttempts = 2,
                TurnRetryDelay = TimeSpan.Zero,
                DefaultVersion = version,
                VersionMatchStrategy = version.Length == 0 ? VersionMatchStrategy.None : VersionMatchStrategy.CurrentOrOlder,
            },
            around: functions => new RecordedFunctions(functions, journal));
        await host.WhenIdle();
        return host;
    }

    private static TaskHubRefusedException? Refusal(int change) =>
        change < 0 ? null : new("The row does not please.", change, exists: false);

    /// <summary>A client that knows what was answered, and after a kill repeats only what can not have been stored.</summary>
    private static async Task CallAsync(DurableHost host, Journal journal, string step, Func<DurableHost, Task> call)
    {
        if (journal.Has(Journal.Entry.Answered, step) || (journal.Has(Journal.Entry.Asked, step) && journal.Struck() != Moment.Before))
        {
            return;
        }

        journal.Add(Journal.Entry.Asked, step);
        await call(host);
        journal.Add(Journal.Entry.Answered, step);
        await host.WhenIdle();
    }

    private static async Task PassAsync(DurableHost host, Journal journal, DateTimeOffset until)
    {
        while (host.Clock.NextDue is { } due && due <= until)
        {
            await AdvanceAsync(due);
        }

        await AdvanceAsync(until);

        async Task AdvanceAsync(DateTimeOffset to)
        {
            journal.Add(Journal.Entry.Clock, $"{to:O}");
            host.Clock.AdvanceTo(to);
            await host.WhenIdle();
        }
    }
}
