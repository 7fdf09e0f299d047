namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class DriverAppeals(StorageFixture storage)
{
    [Fact]
    public async Task A_message_not_yet_sent_waits_and_goes_out_when_the_appeal_is_rejected()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-19 10:00 KST", push: false);
        await story.Post($"api/penalty-requests/{request.Id}/outcome", new { kind = "warning", concludedAt = "2026-09-18T22:00:00+09:00", decidedBy = "lead-3" });
        Assert.Equal(200, await Appeal(story, request, new { appeal = "filed", reason = "신호를 지켰다고 함" }));
        await story.AdvanceTo("2026-09-22 10:00 KST");
        Assert.Empty((await story.Received(request)).Sms);
        Assert.Contains("appeal", (await story.Desk.Case(request.CaseId)).GetProperty("waitsFor").EnumerateArray().Select(code => code.GetString()));

        Assert.Equal(200, await Appeal(story, request, new { appeal = "rejected", reason = "영상 확인" }));
        await story.AdvanceTo("2026-09-22 11:00 KST");

        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Equal(409, await Appeal(story, request, new { appeal = "filed", reason = "한 번 더" }));
    }

    [Fact]
    public async Task Granted_it_overturns_the_outcome_and_the_text_that_would_be_untrue_is_not_sent()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await Appeal(story, request, new { appeal = "filed", reason = "신호를 지켰다고 함" });
        Assert.Equal(400, await Appeal(story, request, new { appeal = "granted", reason = "영상 확인" }));
        Assert.Equal(200, await Appeal(story, request, new { appeal = "granted", reason = "영상 확인", kind = "no-violation" }));
        await story.AdvanceTo("2026-09-22 10:00 KST");

        Assert.Empty((await story.Received(request)).Sms);
        Assert.Equal("WithManager", await story.StateOf(request));
        Assert.Equal("OutcomeProvesNothing", (await story.Get($"api/penalty-requests/{request.Id}")).Body.GetProperty("facets").GetProperty("handoverReason").GetString());
    }

    [Fact]
    public async Task Granted_after_the_text_it_goes_to_a_manager_and_late_appeals_are_refused()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");
        await Appeal(story, request, new { appeal = "filed", reason = "r" });
        await Appeal(story, request, new { appeal = "granted", reason = "r", kind = "no-violation" });
        Assert.Equal("WithManager", await story.StateOf(request));
        Assert.Equal("OutcomeCorrected", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("handoverReason").GetString());

        var other = await story.File(A.FeedbackRequest with { RideId = "R-2" });
        await story.Concludes(other, "warning", at: "2026-09-21 12:00 KST");
        await story.AdvanceTo("2026-10-12 12:00 KST");
        Assert.Equal(409, await Appeal(story, other, new { appeal = "filed", reason = "너무 늦음" }));
    }

    [Fact]
    public async Task An_appeal_nobody_decides_goes_to_a_manager_a_week_after_the_answer_was_due()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await Appeal(story, request, new { appeal = "filed", reason = "r" });
        await story.AdvanceTo("2026-09-28 12:00 KST");

        Assert.Empty((await story.Received(request)).Sms);
        Assert.Equal("AppealOpen", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("handoverReason").GetString());
    }

    private static async Task<int> Appeal(Story story, Filed request, object form) => (await story.Post($"api/penalty-requests/{request.Id}/appeal", form)).Status;
}
