using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S8")]
[Collection(OnAzurite.Name)]
public sealed class FirstQuestionIsGuided(StorageFixture storage)
{
    [Fact]
    public async Task It_is_recorded_with_the_guidance_given_and_opens_no_follow_up()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var (status, guidance) = await story.Get("api/guidance?situation=feedback&stage=1", Person.Agent);
        Assert.Equal(200, status);
        var said = Assert.Single(guidance.EnumerateArray());
        Assert.Contains("위반항목과 횟수에 따라", said.GetProperty("text").GetString(), StringComparison.Ordinal);

        var report = await story.File(A.Complaint with { Violation = "음주의심", Block = "declined", FeedbackStage = "1" });

        Assert.Equal("Closed", await story.StateOf(report));
        var asked = Assert.IsType<Penalties.Rules.FeedbackAsked>(Assert.Single(await story.Log(report), entry => entry.Event is Penalties.Rules.FeedbackAsked).Event);
        Assert.Equal((1, said.GetProperty("name").GetString()), (asked.Stage, asked.Guidance));
        Assert.Single((await story.Received(report)).NoteLines, line => line.Contains("피드백 요청 1차 안내", StringComparison.Ordinal));

        await story.AdvanceTo("2026-09-30 12:00 KST");
        Assert.Empty((await story.Received(report)).Sms);
    }
}
