namespace Stories.Tests;

[Trait("Behaviour", "S7")]
[Collection(OnAzurite.Name)]
public sealed class CustomerDeclinedTheBlock(StorageFixture storage)
{
    [Fact]
    public async Task No_driver_is_blocked_and_the_text_says_nothing_about_being_matched_again()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.Complaint with { Block = "declined", FeedbackStage = "3", Centre = "KMCC" });
        await story.Concludes(request, "dispatch-restriction", at: "2026-09-18 22:30 KST", push: false);
        await story.AdvanceTo("2026-09-21 09:15 KST");

        var received = await story.Received(request);
        Assert.Empty(received.Blocks);
        Assert.Equal("KMCC", Assert.Single(received.Posts).Board);
        var sms = Assert.Single(received.Sms);
        Assert.Equal(
            Script.FeedbackBody("09월 18일").Replace(" 앞으로 다시는 해당 기사님과 배차되지 않으니 안심하세요.", "", StringComparison.Ordinal), sms.Text);
        Assert.Equal("Closed", await story.StateOf(request));
    }
}
