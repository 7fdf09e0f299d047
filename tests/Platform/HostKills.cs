using LocalHost.Sandbox;

namespace Platform.Tests;

/// <summary>All kills of a host, begun at once; each test waits for its own.</summary>
public sealed class HostKills
{
    private const string Subject = "host killed";

    /// <summary>One of each kind: at a commit that comes from a queue, in the middle of a step, in a turn of the engine.</summary>
    private static readonly string[] Usual = ["Filed: block-confirmed, before + Answered: group-send, after", "Filed: turn, before"];

    private readonly StorageFixture _storage;
    private readonly Dictionary<string, Task<(IEnumerable<string>, IEnumerable<string>)>> _kills;

    public HostKills(StorageFixture storage)
    {
        _storage = storage;
        InNobodysCall = KilledInNobodysCall();
        _kills = Played.ToDictionary(static at => at, Kill);
        Commits = _kills.Values.FirstOrDefault() ?? Task.FromResult<(IEnumerable<string>, IEnumerable<string>)>(([], []));
    }

    internal static IReadOnlyList<string> Played => Places.Played(Usual, CommitPoints.All.Select(static point => point.Name));

    /// <summary>What a case called outside, and what happened to it.</summary>
    public Task<(IEnumerable<string> Operations, IEnumerable<string> Events)> Commits { get; }

    public Task InNobodysCall { get; }

    public Task At(string at) => _kills[at];

    private async Task<(IEnumerable<string>, IEnumerable<string>)> Kill(string at)
    {
        using var place = await Places.Take(1);
        await using var host = await HostProcess.Begin(_storage, WholeCase.Filing);
        var story = await new KilledCase(host, Subject, host.Kill, host.Start).Play([.. at.Split(" + ").Select(CommitPoints.Of)]);
        return (
            (await host.Desk.World.Received()).Requests.Select(static request => request.Operation),
            (await StoredCase.Find(host, story.Id))!.Happened);
    }

    /// <summary>The worst that can become of a webhook: stored, not started, not answered, never repeated. The sweep of the next full hour finds it.</summary>
    private async Task KilledInNobodysCall()
    {
        using var place = await Places.Take(1);
        var plan = new HostPlan { Settings = new Dictionary<string, string?> { ["SweepSchedule"] = "0 5 13,14 * * *" } };
        await using var host = await HostProcess.Begin(_storage, WholeCase.Filing, plan);
        var story = await WholeCase.At(host);
        var stored = CommitPoints.Of("Filed: case-filed, after");
        var reached = await stored.Arm(host);
        var filing = story.TellOnce(Chapter.Filed);
        await reached;
        await host.Kill();
        await stored.LetGo(host);
        await Assert.ThrowsAsync<SandboxException>(() => filing);
        await host.Start();

        await host.AdvanceTo("2026-09-18 23:05 KST");
        await story.Seen(Chapter.Filed);
        var late = host.Now - Kst.Parse(WholeCase.Filing);
        await host.AdvanceTo("2026-09-20 10:00 KST");
        await host.Kill();
        await host.Start();
        await story.GoesOn();

        Tally.Add("host killed in a call that nobody repeats", await CaseEnd.Of(host, story), late, host.Output());
    }
}
