using System.Diagnostics;
using LocalHost;
using Xunit.Abstractions;

namespace Durable.Tests.Kills;

/// <summary>
/// A process is killed at every commit of its engine once: before the commit is sent, when it is stored, when it has been answered. The next one
/// brings everything to the end that an undisturbed process comes to.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>At the kills of so many commits one process dies.</summary>
    private const int CommitsAProcess = 3;

    /// <summary>Scripts in which it matters how late the next process comes.</summary>
    private static readonly HashSet<string> Timed = [.. Scripts.All.Where(static s => s.Steps.Any(static step => step.Passes > TimeSpan.Zero)).Select(static s => s.Name)];

    /// <summary>Words of commits that the scripts must not lose.</summary>
    private static readonly string[] Kinds =
    [
        "epoch of shard", "start of order-", "(ExecutionStarted, TaskScheduled, TaskScheduled, TaskScheduled)",
        "(TaskCompleted, TaskCompleted, TaskCompleted", "(TimerFired)", "message EventRaised to order-", "(TaskFailed, TimerCreated)",
        "(TimerFired, TaskScheduled)", "message ExecutionStarted to child-", "message SubOrchestrationInstanceCompleted to parent-",
        "(SubOrchestrationInstanceFailed, TimerCreated)", "message EventRaised to listener-1, EventRaised to listener-1, EventRaised to counter-",
        "of counter-1, run 3 (ExecutionStarted)", "(ExecutionStarted, EventRaised, TaskScheduled)", "(ExecutionSuspended)",
        "(ExecutionResumed, TaskScheduled)", "(ExecutionTerminated, ExecutionCompleted)", "start of life-2, run 2", "start of life-2, run 3",
        "without status of purged-", "start of one-2; start of two-2; start of three-2", "without messages of",
        "(ExecutionRewound); message ExecutionRewound to idle-", "of debtor-1 (ExecutionRewound, TaskScheduled)",
        "message SubOrchestrationInstanceFailed to payer-1; without messages of debtor-1",
        "turn 1 of keeper-2, run 2 (ExecutionStarted, TaskScheduled); without turns of keeper-2", "without status of keeper-",
        "setting aside at the start of stuck-", "setting aside of poor-", "end of lost-", "putting back of poor-", "putting back of stuck-",
        "start of newer-", "start of heir-1, run 2", "start of hearer-2, run 2; message EventRaised to hearer-2; without turns of hearer-2",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("kills-").FullName;
    private Azurite? _azurite;

    public async Task InitializeAsync() => _azurite = await Azurite.StartAsync(new() { Folder = _folder, InMemory = true });

    public async Task DisposeAsync()
    {
        await _azurite!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_process_killed_at_any_commit_loses_no_turn_and_asks_for_no_committed_result_again()
    {
        var began = Stopwatch.StartNew();
        var processes = new KilledProcesses(_azurite!.ConnectionString, _folder);
        var undisturbed = await processes.UndisturbedAsync(Scripts.All);
        var commits = undisturbed.SelectMany(static u => u.Value.Commits, static (u, commit) => (Script: u.Key, Commit: commit))
            .DistinctBy(static c => c.Commit)
            .ToList();

        var groups = commits.Select(static (c, n) => Kills(c.Script, c.Commit, n + 1))
            .Chunk(CommitsAProcess)
            .Select(static group => group.SelectMany(static kills => kills).ToList())
            .ToList();
        await processes.KillAsync(groups);

        var kills = groups.SelectMany(static g => g).ToList();
        var faults = kills.Select(kill => (Kill: kill, Faults: processes.FaultsOf(kill, undisturbed[kill.Script]))).ToList();
        faults.ForEach(f => output.WriteLine($"{f.Kill}: {(f.Faults.Count == 0 ? "as undisturbed" : string.Join("\n    ", f.Faults))}"));
        output.WriteLine($"{commits.Count} commits, {kills.Count} kills, {began.Elapsed.TotalSeconds:F0} s");
        Assert.All(Kinds, kind => Assert.Contains(commits, c => c.Commit.Contains(kind, StringComparison.Ordinal)));
        Assert.Empty(faults.Where(static f => f.Faults.Count > 0).Select(static f => $"{f.Kill}: {f.Faults[0]}"));
    }

    [Fact]
    public async Task Processes_killed_each_at_its_first_commit_come_to_the_same_end()
    {
        var processes = new KilledProcesses(_azurite!.ConnectionString, _folder);
        var undisturbed = await processes.UndisturbedAsync(Scripts.All);
        var orders = Scripts.All.Select(static script => new Order(script.Name, $"Again{script.Name}")
        {
            Point = Order.FirstCommit,
            Moment = Moment.Stored,
        }).ToList();

        var took = await processes.KillOnAndOnAsync(orders);

        output.WriteLine($"{took} processes");
        Assert.True(took > 10, $"The longest script has some twenty commits; {took} processes came to its end.");
        Assert.All(orders, order => Assert.Empty(processes.FaultsOf(order, undisturbed[order.Script])));
    }

    private static IReadOnlyList<Order> Kills(string script, string commit, int number) =>
    [
        .. Enum.GetValues<Moment>().Select(moment => new Order(script, $"Kill{number}{moment}") { Point = commit, Moment = moment }),
        .. Timed.Contains(script) ? new[] { new Order(script, $"Kill{number}Late") { Point = commit, Moment = Moment.Stored, Late = true } } : [],
    ];
}
