namespace Stories.Tests;

[Trait("Behaviour", "S3")]
[Collection(OnAzurite.Name)]
public sealed class CallerIsNotVerified(StorageFixture storage)
{
    [Theory]
    [InlineData("phone")]
    [InlineData("chat")]
    public async Task There_is_no_case_only_a_refusal_without_contact_data_and_the_note(string channel)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var refused = await story.File(A.FeedbackRequest with { Verified = "none", Channel = channel });

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
        Assert.Empty(await stored.Contacts());
    }

    [Fact]
    public async Task Nothing_else_has_to_be_known_of_who_cannot_be_verified()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var refused = await story.File(A.Complaint with { Verified = "none", RideId = "", DriverId = "", CustomerId = "", CustomerPhone = "", Violation = "" });
        Assert.Equal("refused", refused.Json.GetProperty("status").GetString());
        Assert.Equal("상담제한", Assert.Single((await story.Received(refused)).Notes).Body);
        Assert.Empty(await new StoredRows(story).Contacts());
    }

    [Theory]
    [InlineData("phone", "caller", true)]
    [InlineData("phone", "account_holder", true)]
    [InlineData("phone", "signed_in", false)]
    [InlineData("chat", "signed_in", true)]
    public async Task The_caller_of_the_ride_or_the_account_holder_counts_and_in_chat_the_signed_in_account(string channel, string verified, bool counts)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var filed = await story.File(A.Complaint with { Channel = channel, Verified = verified });
        Assert.Equal(counts ? 202 : 200, filed.Answer.Status);
        Assert.Equal(counts ? "filed" : "rejected", filed.Json.GetProperty("status").GetString());
    }
}
