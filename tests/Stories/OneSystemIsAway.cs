using LocalHost.Sandbox;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class OneSystemIsAway(StorageFixture storage)
{
    [Fact]
    public async Task While_the_board_is_away_the_driver_is_blocked_and_noted_and_the_post_follows_once()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.Order(new() { System = SandboxSystem.Board, Kind = FaultKind.Status, Status = 503, Times = 10_000 });
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo("2026-09-18 22:31 KST");

        var meanwhile = await story.Received(request);
        Assert.Single(meanwhile.Blocks);
        Assert.Single(meanwhile.NoteLines, line => line.Contains("상호차단 완료", StringComparison.Ordinal));
        Assert.Empty(meanwhile.Board);
        Assert.Contains("아지트 응답 대기 중", (await story.Desk.Case(request.CaseId)).GetRawText(), StringComparison.Ordinal);

        await story.World.ClearFaults();
        await story.AdvanceTo("2026-09-19 02:00 KST");
        Assert.Single((await story.Received(request)).Posts);
    }

    [Fact]
    public async Task A_ticket_that_takes_no_more_notes_does_not_keep_the_text_from_the_customer()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.World.Order(new() { System = SandboxSystem.Crm, Operation = "ticket-update", Kind = FaultKind.Status, Status = 422, Times = 10_000 });
        await story.AdvanceTo("2026-09-21 12:00 KST");

        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Contains("작성 불가 (http_422)", (await story.Desk.Case(request.CaseId)).GetRawText(), StringComparison.Ordinal);
    }
}
