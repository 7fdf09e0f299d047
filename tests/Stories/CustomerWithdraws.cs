using LocalHost.Tour;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class CustomerWithdraws(StorageFixture storage)
{
    [Fact]
    public async Task Nothing_is_sent_the_board_hears_of_it_and_the_case_ends()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-20 10:00 KST");
        var (status, _) = await story.Post($"api/penalty-requests/{request.Id}/withdrawal", new { reason = "착오였다고 함" }, Person.Agent);
        Assert.Equal(200, status);
        await story.AdvanceTo("2026-09-25 12:00 KST");

        var received = await story.Received(request);
        Assert.Empty(received.Sms);
        Assert.Single(received.Comments, comment => comment.Text.Contains("철회했습니다", StringComparison.Ordinal));
        Assert.Single(received.NoteLines, line => line.Contains("고객 철회", StringComparison.Ordinal));
        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Single(received.Blocks, block => !block.Unblocked);

        var (_, answer) = await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact = "call-1", askedWhen = true }, Person.Agent);
        Assert.Equal("Withdrawn", answer.GetProperty("situation").GetString());
    }

    [Fact]
    public async Task Before_the_post_was_begun_there_is_none_and_nobody_has_to_decide_any_more()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var unclear = await story.File(A.Complaint with { Unclear = "true" });
        await story.Post($"api/penalty-requests/{unclear.Id}/withdrawal", new { reason = "착오였다고 함" }, Person.Agent);
        await story.AdvanceTo("2026-09-28 12:00 KST");

        Assert.Empty((await story.Received(unclear)).Board);
        Assert.DoesNotContain((await story.Received(unclear)).NoteLines, line => line.Contains("확인 대기 중", StringComparison.Ordinal));
        Assert.Equal("Closed", await story.StateOf(unclear));
        Assert.Equal(409, (await story.Post($"api/penalty-requests/{unclear.Id}/withdrawal", new { reason = "또" })).Status);
    }

    [Fact]
    public async Task Opened_again_an_unclear_one_waits_for_the_decision_it_never_had()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var unclear = await story.File(A.Complaint with { Unclear = "true" });
        await story.Post($"api/penalty-requests/{unclear.Id}/withdrawal", new { reason = "착오였다고 함" }, Person.Agent);
        await story.Save(unclear.Body with { FeedbackStage = "3", OccurredAt = "2026-09-18T22:35:00+09:00" });

        Assert.Equal("AwaitingDecision", await story.StateOf(unclear));
        Assert.Empty((await story.Received(unclear)).Board);
    }

    [Fact]
    public async Task A_manager_may_open_it_again_and_the_promise_runs_from_then()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Post($"api/penalty-requests/{request.Id}/withdrawal", new { reason = "착오였다고 함" });
        await story.AdvanceTo("2026-09-22 10:00 KST");
        Assert.Equal(403, (await story.Post($"api/penalty-requests/{request.Id}/reopening", new { reason = "다시 원함", promise = true }, Person.Agent)).Status);
        var (status, _) = await story.Post($"api/penalty-requests/{request.Id}/reopening", new { reason = "다시 원함", promise = true });
        Assert.Equal(200, status);
        Assert.Equal("WithManager", await story.StateOf(request));
        Assert.Equal("2026-09-25", (await story.Desk.Case(request.CaseId)).GetProperty("toldBy").GetString());

        await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision = "settled", reason = "확인" });
        await story.Concludes(request, "warning", at: "2026-09-22 10:00 KST");
        await story.AdvanceTo("2026-09-25 12:00 KST");

        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Equal(200, (await story.Post($"api/penalty-requests/{request.Id}/reopening", new { reason = "추가 확인" })).Status);
        Assert.Equal(409, (await story.Post($"api/penalty-requests/{request.Id}/reopening", new { reason = "또" })).Status);
        Assert.Equal("WithManager", await story.StateOf(request));
    }
}
