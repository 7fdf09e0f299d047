namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class CallerIsNotVerified(StorageFixture storage)
{
    [Fact]
    public async Task There_is_no_case_only_the_note()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var refused = await story.File(A.FeedbackRequest with { Verified = "none" });

        Assert.Equal(200, refused.Answer.Status);
        Assert.Equal("refused", refused.Json.GetProperty("status").GetString());
        Assert.Null(refused.Id);
        var received = await story.Received(refused);
        Assert.Equal("상담제한", Assert.Single(received.Notes).Body);
        Assert.False(received.Notes[0].Public);
        var all = await story.World.Received();
        Assert.Empty(all.Board);
        Assert.Empty(all.Blocks);

        var stored = new StoredRows(story);
        var delivery = Assert.Single(await stored.Refused(refused.Body));
        Assert.Equal(("zendesk", "not-verified"), (delivery.PartitionKey, delivery.GetString("Kind")));
        Assert.Empty(await stored.OfCase(refused.Body));
        Assert.Empty(await stored.RejectedBodies(delivery.RowKey));
    }
}
