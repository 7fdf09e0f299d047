namespace Platform.Tests;

/// <summary>
/// The worker is a process of its own, as on Azure, and dies at a commit of a case; its host starts another one, and everything happens exactly once.
/// </summary>
[Collection(WorkersToBeKilled.Name)]
public sealed class WorkerKilled(WorkerKills kills) : IClassFixture<WorkerKills>
{
    public static TheoryData<string> Kills => new(WorkerKills.Played);

    [Theory]
    [MemberData(nameof(Kills))]
    public Task And_the_case_ends_right_and_a_worker_ends_with_its_host(string at) => kills.At(at);
}

/// <summary>All kills of a worker, begun at once; each test waits for its own.</summary>
public sealed class WorkerKills
{
    private const string Subject = "worker killed";

    /// <summary>One of each kind: in a step, and in a caller's request.</summary>
    private static readonly string[] Usual =
        ["Filed: board-posted, before + AskedAgain: re-contacted, after"];

    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(30);

    private readonly StorageFixture _storage;
    private readonly Dictionary<string, Task> _kills;

    public WorkerKills(StorageFixture storage)
    {
        _storage = storage;
        _kills = Played.ToDictionary(static at => at, Kill);
    }

    internal static IReadOnlyList<string> Played => Places.Played(Usual, CommitPoints.OfTheApp.Select(static point => point.Name));

    public Task At(string at) => _kills[at];

    private async Task Kill(string at)
    {
        using var place = await Places.Take(1);
        await using var host = await HostProcess.BeginNow(_storage, new() { Options = ["--worker", "process"], Settings = WholeCase.InRealTime });
        await new KilledCase(host, Subject, () => KillWorker(host), static () => Task.CompletedTask).Play([.. at.Split(" + ").Select(CommitPoints.Of)]);

        using var last = await host.WorkerProcess();
        await host.Kill();
        await last.WaitForExitAsync().WaitAsync(EndsWithin);
    }

    private static async Task KillWorker(HostProcess host)
    {
        using var worker = await host.WorkerProcess();
        worker.Kill();
        await worker.WaitForExitAsync();
    }
}
