using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S29")]
[Collection(OnAzurite.Name)]
public sealed class HandedOverEarly(StorageFixture storage)
{
    private static readonly ComplaintBody Unclear = A.Complaint with { Violation = "기타", Unclear = "true", FeedbackStage = "3" };

    [Fact]
    public async Task A_manager_said_no_with_a_promise_open_the_answer_is_a_managers_then_and_there_and_the_day_told_is_watched()
    {
        await using var story = await Story.Begin(storage, "2026-09-17 10:00 KST");
        var request = await story.File(Unclear);
        await Decide(story, request, "do-not-file");
        Assert.Equal(("WithManager", "PenaltyNotFiled"), await StateAndReason(story, request));
        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("페널티를 작성하지 않기로 한 건", StringComparison.Ordinal));

        var (_, said) = await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact = "call-1", askedWhen = false }, Person.Agent);
        Assert.Equal(("WithManager", "09월 20일"), (said.GetProperty("situation").GetString(), said.GetProperty("toldBy").GetString()));

        // Due on Sunday: nobody is asked a second time, and on Monday it is overdue.
        await story.AdvanceTo("2026-09-20 12:00 KST");
        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("관리자 확인 필요", StringComparison.Ordinal));
        Assert.DoesNotContain((await story.Received(request)).NoteLines, line => line.Contains("안내일 경과", StringComparison.Ordinal));
        await story.AdvanceTo("2026-09-21 09:30 KST");
        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("안내일 경과", StringComparison.Ordinal));
        Assert.Empty((await story.Received(request)).Sms);
    }

    [Fact]
    public async Task Decided_otherwise_before_it_is_due_the_answer_comes_by_itself_after_all()
    {
        await using var story = await Story.Begin(storage, "2026-09-17 10:00 KST");
        var request = await story.File(Unclear with { Block = "declined" });
        await Decide(story, request, "do-not-file");
        await Decide(story, request, "file");
        Assert.Equal(("AnswerPromised", null), await StateAndReason(story, request));
        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("관리자 회신 요청 취소", StringComparison.Ordinal));

        await story.Concludes(request, "warning", at: "2026-09-17 10:00 KST");
        await story.AdvanceTo("2026-09-20 09:15 KST");
        Assert.Single((await story.Received(request)).Sms);
    }

    [Fact]
    public async Task An_outcome_that_proves_nothing_is_handed_over_when_it_is_told_and_taken_back_when_it_is_corrected()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo("2026-09-19 10:00 KST");
        await story.Concludes(request, "monitoring", at: "2026-09-19 10:00 KST");
        Assert.Equal("WithManager", await story.StateOf(request));
        Assert.Single((await story.Received(request)).Comments, comment => comment.Text.Contains("정해진 문자로는 회신할 수 없는 건", StringComparison.Ordinal));

        await story.AdvanceTo("2026-09-19 11:00 KST");
        await story.Concludes(request, "warning", at: "2026-09-19 11:00 KST");
        Assert.Equal(("AnswerPromised", null), await StateAndReason(story, request));
        Assert.Single((await story.Received(request)).Comments, comment => comment.Text.Contains("관리자 회신 요청을 취소", StringComparison.Ordinal));
        await story.AdvanceTo("2026-09-21 09:15 KST");
        Assert.Equal(Script.FeedbackBody("09월 18일"), Assert.Single((await story.Received(request)).Sms).Text);
    }

    [Fact]
    public async Task A_block_that_failed_and_was_wanted_is_one_matter_with_the_answer()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.SetDriverKnown("D-404", known: false);
        var request = await story.File(A.FeedbackRequest with { DriverId = "D-404" });
        Assert.Equal(("WithManager", "AnswerNeedsBlock"), await StateAndReason(story, request));
        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("관리자 확인 필요: 상호차단", StringComparison.Ordinal));
        var (_, said) = await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact = "call-1", askedWhen = true }, Person.Agent);
        Assert.Equal("WithManagerAskedWhen", said.GetProperty("situation").GetString());
    }

    [Fact]
    public async Task Not_decided_on_the_last_working_day_before_the_day_told_the_answer_is_a_managers_until_it_is_decided()
    {
        await using var story = await Story.Begin(storage, "2026-09-15 10:00 KST");
        var request = await story.File(Unclear with { Block = "declined" });
        await story.AdvanceTo("2026-09-17 08:59 KST");
        Assert.Equal("AwaitingDecision", await story.StateOf(request));
        await story.AdvanceTo("2026-09-17 09:00 KST");
        Assert.Equal(("WithManager", "NotDecided"), await StateAndReason(story, request));

        await Decide(story, request, "file");
        Assert.Equal("AnswerPromised", await story.StateOf(request));
        await story.Concludes(request, "warning", at: "2026-09-17 09:00 KST");
        await story.AdvanceTo("2026-09-18 09:15 KST");
        Assert.Single((await story.Received(request)).Sms);
    }

    private static async Task Decide(Story story, Filed request, string decision) =>
        Assert.Equal(200, (await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision, reason = "고객 체감의 차이" })).Status);

    private static async Task<(string State, string? Reason)> StateAndReason(Story story, Filed request) => (
        await story.StateOf(request), (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("handoverReason").GetString());
}
