using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S9")]
[Collection(OnAzurite.Name)]
public sealed class SecondQuestionDisclosesNothing(StorageFixture storage)
{
    [Fact]
    public async Task It_is_recorded_with_guidance_that_does_not_disclose_the_result_and_opens_no_follow_up()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var said = Assert.Single((await story.Get("api/guidance?situation=feedback&stage=2", Person.Agent)).Body.EnumerateArray());
        Assert.Contains("개별적인 안내가 어렵습니다", said.GetProperty("text").GetString(), StringComparison.Ordinal);

        var report = await story.File(A.Complaint with { FeedbackStage = "1" });
        await story.Concludes(report, "app-suspension", at: "2026-09-18 22:30 KST");
        await story.Save(report.Body with { FeedbackStage = "2" });

        var asked = (await story.Log(report)).Select(entry => entry.Event).OfType<Penalties.Rules.FeedbackAsked>().ToList();
        Assert.Equal([(1, "feedback-1@1"), (2, "feedback-2@1")], asked.Select(one => (one.Stage, one.Guidance)));
        var received = await story.Received(report);
        Assert.Single(received.NoteLines, line => line.Contains("피드백 요청 2차 안내", StringComparison.Ordinal));
        Assert.DoesNotContain(received.NoteLines, line => line.Contains("정지", StringComparison.Ordinal));
        Assert.Equal("Closed", await story.StateOf(report));

        await story.AdvanceTo("2026-09-30 12:00 KST");
        Assert.Empty((await story.Received(report)).Sms);
    }
}
