namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class NoFeedbackWasPromised(StorageFixture storage)
{
    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    public async Task The_case_is_recorded_posted_and_closed_without_a_text(string stage)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(A.Complaint with { Violation = "음주의심", Block = "declined", FeedbackStage = stage });

        Assert.Equal("Closed", await story.StateOf(report));
        var received = await story.Received(report);
        Assert.Contains("[긴급]", Assert.Single(received.Posts).Text, StringComparison.Ordinal);
        Assert.Empty(received.Sms);
        Assert.Equal(stage == "0" ? 0 : 1, received.NoteLines.Count(line => line.Contains($"피드백 요청 {stage}차 안내", StringComparison.Ordinal)));

        await story.AdvanceTo("2026-09-30 12:00 KST");
        Assert.Empty((await story.Received(report)).Sms);
    }

    [Fact]
    public async Task A_plain_call_cancellation_has_no_post_until_the_customer_asks_for_the_third_time()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(A.Complaint with { Violation = "콜취소/Noshow", FeedbackStage = "2" });
        Assert.Empty((await story.Received(report)).Board);
        Assert.Equal("Closed", await story.StateOf(report));

        var risen = await story.Save(report.Body with { FeedbackStage = "3" });

        Assert.Equal((200, report.Id), (risen.Answer.Status, risen.Id));
        Assert.Single((await story.Received(report)).Posts);
        Assert.Equal("AnswerPromised", await story.StateOf(report));
        Assert.Equal("2026-09-21", (await story.Desk.Case(report.CaseId)).GetProperty("toldBy").GetString());
    }
}
