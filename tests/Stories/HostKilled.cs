using LocalHost.Sandbox;

namespace Stories.Tests;

/// <summary>The host process dies at the worst moments; after its restart everything has happened exactly once.</summary>
[Collection(OnAzurite.Name)]
public sealed class HostKilled(StorageFixture storage)
{
    [Fact]
    public async Task During_the_three_days()
    {
        await using var host = await HostProcess.Begin(storage, "2026-09-18 22:30 KST");
        var request = await host.File(A.FeedbackRequest);
        await host.AdvanceTo("2026-09-19 10:00 KST");
        await host.Kill();
        await host.Start();
        await host.AdvanceTo("2026-09-20 10:00 KST");
        await host.Kill();
        await host.Start();

        await EndsWithEverythingOnce(host, request.CaseId);
    }

    [Fact]
    public async Task During_an_activity_whose_request_had_not_been_taken()
    {
        await using var host = await HostProcess.Begin(storage, "2026-09-18 22:30 KST");
        await host.HoldDuring(SandboxSystem.Board, "post", FaultMoment.Before, () => host.File(A.FeedbackRequest));

        await EndsWithEverythingOnce(host, CaseOf(host));
    }

    [Fact]
    public async Task Between_the_board_post_and_its_commit()
    {
        await using var host = await HostProcess.Begin(storage, "2026-09-18 22:30 KST");
        await host.HoldDuring(SandboxSystem.Board, "post", FaultMoment.After, () => host.File(A.FeedbackRequest));

        await EndsWithEverythingOnce(host, CaseOf(host));
    }

    [Fact]
    public async Task Between_the_block_and_its_result_message()
    {
        await using var host = await HostProcess.Begin(storage, "2026-09-18 22:30 KST");
        await host.HoldDuring(SandboxSystem.DriverAdmin, "mutual-block", FaultMoment.After, () => host.File(A.FeedbackRequest));

        await EndsWithEverythingOnce(host, CaseOf(host));
    }

    [Fact]
    public async Task Between_a_note_on_the_ticket_and_its_commit()
    {
        await using var host = await HostProcess.Begin(storage, "2026-09-18 22:30 KST");
        await host.HoldDuring(SandboxSystem.Crm, "ticket-update", FaultMoment.After, () => host.File(A.FeedbackRequest));

        await EndsWithEverythingOnce(host, CaseOf(host));
    }

    [Theory]
    [InlineData("group-create")]
    [InlineData("group-add")]
    [InlineData("group-send")]
    public async Task Between_the_providers_acceptance_of_the_text_and_the_commit_that_records_it(string operation)
    {
        await using var host = await HostProcess.Begin(storage, "2026-09-18 22:30 KST");
        var request = await host.File(A.FeedbackRequest);
        await host.Desk.Conclude(request.CaseId, "warning", "lead-3", host.Now, push: false);
        await host.HoldDuring(SandboxSystem.Sms, operation, FaultMoment.After, () => host.AdvanceTo("2026-09-21 09:15 KST"));

        await EndsWithEverythingOnce(host, request.CaseId);
    }

    private static string CaseOf(HostProcess host) => Penalties.Rules.CaseId.Of(host.Account, host.Ticket, Penalties.Rules.CaseKind.Penalty);

    internal static async Task EndsWithEverythingOnce(HostProcess host, string caseId)
    {
        await host.Desk.Conclude(caseId, "warning", "lead-3", host.Now, push: false);
        await host.AdvanceTo("2026-09-21 13:30 KST");

        var received = await host.Received(caseId);
        Assert.Equal(Script.FeedbackBody("09월 18일"), Assert.Single(received.Sms).Text);
        Assert.Single(received.Posts);
        Assert.Single(received.Blocks);
        foreach (var words in new[] { "내부신고 접수", "피드백요청 접수(3차)", "페널티 요청 등록", "상호차단 완료", "결과 안내 문자 발송 완료" })
        {
            Assert.Single(received.NoteLines, line => line.Contains(words, StringComparison.Ordinal));
        }

        Assert.Equal(received.NoteLines.Distinct(), received.NoteLines);
        Assert.Equal("Closed", (await host.Desk.Case(caseId)).GetProperty("state").GetString());
    }
}
