using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S16")]
[Collection(OnAzurite.Name)]
public sealed class SameTextGoesOutOnce(StorageFixture storage)
{
    [Theory]
    [InlineData("2026-09-19 10:00 KST")]
    [InlineData("2026-09-22 10:00 KST")]
    public async Task However_often_and_whenever_the_customer_asked_again(string asked)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo(asked);
        for (var call = 1; call <= 3; call++)
        {
            await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact = $"call-{call}", askedWhen = true }, Person.Agent);
        }

        await story.File(A.FeedbackRequest);
        await story.Concludes(request, "app-suspension", at: asked);
        await story.AdvanceTo("2026-10-05 12:00 KST");

        Assert.Equal(Script.FeedbackBody("09월 18일"), Assert.Single((await story.World.Received()).Sms).Text);
        Assert.Equal("Closed", await story.StateOf(request));
    }
}
