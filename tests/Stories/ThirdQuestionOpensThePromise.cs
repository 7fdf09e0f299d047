namespace Stories.Tests;

[Trait("Behaviour", "S10")]
[Collection(OnAzurite.Name)]
public sealed class ThirdQuestionOpensThePromise(StorageFixture storage)
{
    [Fact]
    public async Task It_is_due_three_days_after_that_moment_and_not_after_the_first_question()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(A.Complaint with { Violation = "콜취소/Noshow", FeedbackStage = "1" });
        Assert.Empty((await story.Received(report)).Board);
        Assert.Equal("Closed", await story.StateOf(report));

        await story.AdvanceTo("2026-09-20 00:10 KST");
        var risen = await story.Save(report.Body with { FeedbackStage = "3", OccurredAt = "" });

        Assert.Equal((200, report.Id), (risen.Answer.Status, risen.Id));
        Assert.Single((await story.Received(report)).Posts);
        Assert.Equal("AnswerPromised", await story.StateOf(report));
        var view = await story.Desk.Case(report.CaseId);
        Assert.Equal("2026-09-23", view.GetProperty("toldBy").GetString());
        Assert.StartsWith("2026-09-23T09:0", view.GetProperty("due").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Told_without_the_first_and_the_second_it_leaves_a_mark_that_a_save_which_was_only_late_takes_away()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var jumped = await story.File(A.FeedbackRequest with { RideCalledAt = "2026-09-18T21:00:00+09:00" });
        var byScript = await story.File(A.Complaint with { RideId = "R-2", CustomerId = "C-2", FeedbackStage = "1" });
        await story.Save(byScript.Body with { FeedbackStage = "2" });
        await story.Save(byScript.Body with { FeedbackStage = "3" });

        Assert.Equal(["feedback_stage_1_skipped", "feedback_stage_2_skipped"], await Warnings(story, jumped));
        Assert.Empty(await Warnings(story, byScript));

        // Saved after the promise it changes nothing; saved before and delivered late it does.
        await story.AdvanceTo("2026-09-18 23:00 KST");
        await story.Save(jumped.Body with { FeedbackStage = "1", OccurredAt = "2026-09-18T22:50:00+09:00" });
        Assert.Equal(2, (await Warnings(story, jumped)).Count);
        await story.Save(jumped.Body with { FeedbackStage = "1", OccurredAt = "2026-09-18T22:10:00+09:00" });
        Assert.Equal(["feedback_stage_2_skipped"], await Warnings(story, jumped));
        Assert.Equal("2026-09-21", (await story.Desk.Case(jumped.CaseId)).GetProperty("toldBy").GetString());
        Assert.DoesNotContain((await story.Received(jumped)).NoteLines, line => line.Contains("1차", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string?>> Warnings(Story story, Filed filed) =>
        [.. (await story.Get($"api/penalty-requests/{filed.Id}")).Body.GetProperty("warnings").EnumerateArray().Select(code => code.GetString())];

    [Fact]
    public async Task A_webhook_that_comes_an_hour_later_counts_from_when_the_customer_asked()
    {
        await using var story = await Story.Begin(storage, "2026-09-19 00:20 KST");
        var request = await story.File(A.FeedbackRequest with { OccurredAt = "2026-09-18T23:40:00+09:00", RideCalledAt = "2026-09-18T21:00:00+09:00" });

        Assert.Equal("2026-09-21", (await story.Desk.Case(request.CaseId)).GetProperty("toldBy").GetString());
    }

    [Fact]
    public async Task Two_saves_of_the_ticket_that_arrive_in_the_wrong_order_promise_from_the_first()
    {
        await using var story = await Story.Begin(storage, "2026-09-19 00:20 KST");
        var later = A.FeedbackRequest with { OccurredAt = "2026-09-19T00:15:00+09:00", RideCalledAt = "2026-09-18T21:00:00+09:00" };
        var request = await story.File(later);
        Assert.Equal("2026-09-22", (await story.Desk.Case(request.CaseId)).GetProperty("toldBy").GetString());

        await story.Save(request.Body with { OccurredAt = "2026-09-18T23:40:00+09:00" });

        Assert.Equal("2026-09-21", (await story.Desk.Case(request.CaseId)).GetProperty("toldBy").GetString());
    }

    [Theory]
    [InlineData("2026-09-22 10:00 KST", "2026-09-29")]
    [InlineData("2026-09-24 00:01 KST", "2026-09-30")]
    public async Task In_business_days_Chuseok_is_not_counted(string at, string told)
    {
        await using var story = await Story.Begin(storage, at, ("FollowUp:DayKind", "Business"));
        var request = await story.File(A.FeedbackRequest);
        Assert.Equal(told, (await story.Desk.Case(request.CaseId)).GetProperty("toldBy").GetString());
    }

    [Fact]
    public async Task A_holiday_added_by_a_setting_is_not_counted_and_one_removed_is()
    {
        await using var story = await Story.Begin(
            storage, "2026-11-23 10:00 KST", ("FollowUp:DayKind", "Business"), ("Holidays:Add:0", "2026-11-25"), ("Holidays:Remove:0", "2026-12-25"));
        var request = await story.File(A.FeedbackRequest);
        Assert.Equal("2026-11-27", (await story.Desk.Case(request.CaseId)).GetProperty("toldBy").GetString());
    }

    [Fact]
    public async Task A_due_date_in_a_year_the_holiday_table_does_not_know_warns()
    {
        await using var story = await Story.Begin(storage, "2027-12-30 10:00 KST", ("FollowUp:DayKind", "Business"));
        var request = await story.File(A.FeedbackRequest);

        var view = await story.Desk.Case(request.CaseId);
        Assert.Equal("no_holiday_data_2028", view.GetProperty("warnings")[0].GetString());
        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("공휴일 정보 없음", StringComparison.Ordinal));
    }
}
