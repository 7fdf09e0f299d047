using LocalHost.Sandbox;
using LocalHost.Tour;
using Penalties.Rules;

namespace Stories.Tests;

/// <summary>
/// The host process dies at the worst moments, on the official Azure Storage provider; after its restart everything has happened exactly once.
/// What a dead host was working on stays locked for a minute of real time, so all moments are played side by side: one of each kind, or every one
/// (<c>bash tests/run stories --all</c>).
/// </summary>
[Collection(OnAzuriteToBeKilled.Name)]
public sealed class HostKilled(Kills kills) : IClassFixture<Kills>
{
    [Fact]
    public Task During_the_three_days() => kills.DuringTheThreeDays;

    public static TheoryData<SandboxSystem, string, FaultMoment> WhileFiling
    {
        get
        {
            var all = new TheoryData<SandboxSystem, string, FaultMoment>();
            foreach (var (system, operation, moment) in Kills.MomentsOfFiling)
            {
                all.Add(system, operation, moment);
            }

            return all;
        }
    }

    public static TheoryData<string> WhileSending => new(Kills.MomentsOfSending);

    [Theory]
    [MemberData(nameof(WhileFiling))]
    public Task Between_a_step_and_the_commit_that_records_it(SandboxSystem system, string operation, FaultMoment moment) =>
        kills.WhileFiling[(system, operation, moment)];

    [Theory]
    [MemberData(nameof(WhileSending))]
    public Task Between_the_providers_acceptance_of_the_text_and_the_commit_that_records_it(string operation) => kills.WhileSending[operation];

    [Fact]
    public Task And_a_worker_process_ends_with_its_host() => kills.WithItsWorker;
}

/// <summary>All kills, begun at once; each test waits for its own.</summary>
public sealed class Kills
{
    /// <summary>Set: every moment is played, not only one of each kind.</summary>
    private const string Every = "EVERY_KILL";

    private const string Filed = "2026-09-18 22:30 KST";

    /// <summary>Hosts that run at the same time.</summary>
    private const int AtOnce = 4;

    private readonly SemaphoreSlim _places = new(AtOnce);

    public Kills(StorageFixture storage)
    {
        WhileFiling = MomentsOfFiling.ToDictionary(static moment => moment, moment => Play(storage, host => KilledWhileFiling(host, moment)));
        WhileSending = MomentsOfSending.ToDictionary(static operation => operation, operation => Play(storage, host => KilledWhileSending(host, operation)));
        DuringTheThreeDays = Play(storage, KilledDuringTheThreeDays);
        WithItsWorker = TheWorkerEndsWithItsHost(storage);
    }

    public static IEnumerable<(SandboxSystem, string, FaultMoment)> MomentsOfFiling => Some(
        (SandboxSystem.Board, "post", FaultMoment.After),
        (SandboxSystem.Board, "post", FaultMoment.Before),
        (SandboxSystem.DriverAdmin, "mutual-block", FaultMoment.After),
        (SandboxSystem.Crm, "ticket-update", FaultMoment.After));

    public static IEnumerable<string> MomentsOfSending => Some("group-send", "group-create", "group-add");

    public Task DuringTheThreeDays { get; }

    public IReadOnlyDictionary<(SandboxSystem, string, FaultMoment), Task> WhileFiling { get; }

    public IReadOnlyDictionary<string, Task> WhileSending { get; }

    public Task WithItsWorker { get; }

    private static IEnumerable<T> Some<T>(params T[] moments) => Environment.GetEnvironmentVariable(Every) is null ? moments[..1] : moments;

    private async Task Play(StorageFixture storage, Func<HostProcess, Task> story)
    {
        await _places.WaitAsync();
        try
        {
            await using var host = await HostProcess.Begin(storage, Filed);
            await story(host);
        }
        finally
        {
            _places.Release();
        }
    }

    private static async Task KilledDuringTheThreeDays(HostProcess host)
    {
        var request = await host.File(A.FeedbackRequest);
        await host.AdvanceTo("2026-09-19 10:00 KST");
        await host.Kill();
        await host.Start();
        await host.AdvanceTo("2026-09-20 10:00 KST");
        await host.Kill();
        await host.Start();

        await EndsWithEverythingOnce(host, request.CaseId);
    }

    private static async Task KilledWhileFiling(HostProcess host, (SandboxSystem System, string Operation, FaultMoment Moment) at)
    {
        await host.HoldDuring(at.System, at.Operation, at.Moment, () => host.File(A.FeedbackRequest));
        var caseId = CaseId.Of(host.Account, host.Ticket, CaseKind.Penalty);
        await host.Until("post and block are there", async one =>
        {
            var received = await one.Received(caseId);
            return received.Posts.Any() && received.NoteLines.Any(static line => line.Contains("상호차단 완료", StringComparison.Ordinal));
        });

        await EndsWithEverythingOnce(host, caseId);
    }

    private static async Task KilledWhileSending(HostProcess host, string operation)
    {
        var request = await host.File(A.FeedbackRequest);
        await host.Desk.Conclude(request.CaseId, "warning", "lead-3", host.Now, push: false);
        await host.HoldDuring(SandboxSystem.Sms, operation, FaultMoment.After, () => host.AdvanceTo("2026-09-21 09:15 KST"));

        await EndsWithEverythingOnce(host, request.CaseId);
    }

    private async Task TheWorkerEndsWithItsHost(StorageFixture storage)
    {
        await _places.WaitAsync();
        try
        {
            await using var host = await HostProcess.BeginNow(storage, "--worker", "process");
            var worker = await host.WorkerProcess();
            await host.Kill();
            await worker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>The last days, in small steps: what a dead host was working on comes back in real time, and what follows from it in business time.</summary>
    internal static async Task EndsWithEverythingOnce(HostProcess host, string caseId)
    {
        await host.Desk.Conclude(caseId, "warning", "lead-3", host.Now, push: false);
        await host.AdvanceTo("2026-09-21 13:30 KST");
        await host.Until("the case is closed", async one =>
        {
            await one.AdvanceBy(TimeSpan.FromMinutes(1));
            return (await one.Desk.Case(caseId)).GetProperty("state").GetString() == "Closed";
        });

        var received = await host.Received(caseId);
        Assert.Equal(Script.FeedbackBody("09월 18일"), Assert.Single(received.Sms).Text);
        Assert.Single(received.Posts);
        Assert.Single(received.Blocks);
        foreach (var words in new[] { "내부신고 접수", "피드백요청 접수(3차)", "페널티 요청 등록", "상호차단 완료", "결과 안내 문자 발송 완료" })
        {
            Assert.Single(received.NoteLines, line => line.Contains(words, StringComparison.Ordinal));
        }

        Assert.Equal(received.NoteLines.Distinct(), received.NoteLines);
    }
}

/// <summary>An Azurite of its own, so that these stories run beside the others.</summary>
[CollectionDefinition(Name)]
public sealed class OnAzuriteToBeKilled : ICollectionFixture<StorageFixture>
{
    public const string Name = "on Azurite, to be killed";
}
