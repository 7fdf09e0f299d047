namespace Stories.Tests;

[Trait("Behaviour", "S2")]
[Collection(OnAzurite.Name)]
public sealed class ChannelIsChatOrPhone(StorageFixture storage)
{
    [Fact]
    public async Task Both_file_a_case_and_anything_else_is_rejected_with_what_is_allowed()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        Assert.Equal(202, (await story.File(A.Complaint with { Channel = "phone", RideId = "R-1" })).Answer.Status);
        Assert.Equal(202, (await story.File(A.Complaint with { Channel = "chat", Verified = "signed_in", RideId = "R-2" })).Answer.Status);

        var rejected = await story.File(A.Complaint with { Channel = "email", RideId = "R-3" });
        Assert.Equal("channel: allowed: chat, phone.", Assert.Single(rejected.Json.GetProperty("problems").EnumerateArray()).GetString());
    }
}
