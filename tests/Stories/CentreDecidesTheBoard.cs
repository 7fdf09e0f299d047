namespace Stories.Tests;

[Trait("Behaviour", "S21")]
[Collection(OnAzurite.Name)]
public sealed class CentreDecidesTheBoard(StorageFixture storage)
{
    [Theory]
    [InlineData("KOC", "KOC")]
    [InlineData("KMCC", "KMCC")]
    public async Task The_post_and_its_comments_stand_on_the_centres_board(string centre, string board)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest with { Centre = centre });
        await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact = "call-1" });

        var received = await story.Received(request);
        Assert.Equal(board, Assert.Single(received.Posts).Board);
        Assert.Equal(board, Assert.Single(received.Comments).Board);
        Assert.Equal(received.Posts.Single().Id, received.Comments.Single().ParentId);
    }

    [Fact]
    public async Task An_unknown_centre_is_rejected_with_what_is_allowed()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var rejected = await story.File(A.Complaint with { Centre = "BUSAN" });
        Assert.Equal("centre: allowed: KOC, KMCC.", Assert.Single(rejected.Json.GetProperty("problems").EnumerateArray()).GetString());
    }
}
