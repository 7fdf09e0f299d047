namespace Stories.Tests;

[Trait("Behaviour", "S11")]
[Collection(OnAzurite.Name)]
public sealed class PenaltyRequestIsHandedToAManager(StorageFixture storage)
{
    [Fact]
    public async Task It_is_posted_once_on_the_board_with_the_manager_mentioned_a_link_and_nothing_personal()
    {
        await using var story = await Story.Begin(
            storage, "2026-09-18 22:30 KST", ("Agit:Koc:ManagerMention", "@cs-manager"), ("Agit:Kmcc:ManagerMention", "@kmcc-manager"));
        var request = await story.File(A.FeedbackRequest);

        var post = Assert.Single((await story.Received(request)).Posts);
        Assert.Equal("KOC", post.Board);
        foreach (var part in new[] { "페널티 요청: 난폭운전", "@cs-manager", $"api/penalty-requests/{request.Id}", "피드백요청: 09월 21일", $"[{request.Id}]" })
        {
            Assert.Contains(part, post.Text, StringComparison.Ordinal);
        }

        foreach (var personal in new[] { "D-1029", "홍길동", "1234", "C-77001", "급정거", "R-20260918-001", "agent-12" })
        {
            Assert.DoesNotContain(personal, post.Text, StringComparison.Ordinal);
        }
    }
}
