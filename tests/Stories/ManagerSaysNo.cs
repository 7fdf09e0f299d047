namespace Stories.Tests;

[Trait("Behaviour", "S23")]
[Collection(OnAzurite.Name)]
public sealed class ManagerSaysNo(StorageFixture storage)
{
    [Fact]
    public async Task No_means_no_post_the_exact_note_and_the_agreed_block_stands()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var unclear = await story.File(A.Complaint with { Violation = "기타", Unclear = "true", Block = "agreed" });
        Assert.Equal("AwaitingDecision", await story.StateOf(unclear));
        Assert.Empty((await story.Received(unclear)).Board);

        await Decide(story, unclear, "do-not-file");

        var received = await story.Received(unclear);
        Assert.Empty(received.Board);
        Assert.Single(received.Blocks);
        Assert.Single(received.Notes, note => note.Body == Script.NotFiled);
        Assert.Equal("Closed", await story.StateOf(unclear));
    }

    [Fact]
    public async Task No_to_two_rides_of_one_ticket_is_noted_for_each()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var first = await story.File(A.Complaint with { Unclear = "true" });
        var second = await story.Save(first.Body with { RideNumber = "2", RideId = "R-2" });
        await Decide(story, first, "do-not-file");
        await Decide(story, second, "do-not-file");
        Assert.Equal(2, (await story.World.Received()).Notes.Count(note => note.Body == Script.NotFiled));
    }

    [Fact]
    public async Task No_leaves_a_promise_open_and_its_answer_is_the_managers()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var unclear = await story.File(A.FeedbackRequest with { Violation = "기타", Unclear = "true" });
        await Decide(story, unclear, "do-not-file");
        await story.Concludes(unclear, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-22 12:00 KST");

        Assert.Empty((await story.Received(unclear)).Sms);
        Assert.Equal("WithManager", await story.StateOf(unclear));
    }

    [Fact]
    public async Task Yes_files_it()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var unclear = await story.File(A.Complaint with { Violation = "콜취소/Noshow", Unclear = "true" });
        await Decide(story, unclear, "file");

        Assert.Single((await story.Received(unclear)).Posts);
        Assert.Equal("Closed", await story.StateOf(unclear));
        var (status, body) = await story.Post(
            $"api/penalty-requests/{unclear.Id}/decision", new { decision = "do-not-file", reason = "too late" });
        Assert.Equal((409, "invalid_transition"), (status, body.GetProperty("code").GetString()));
    }

    private static async Task Decide(Story story, Filed unclear, string decision)
    {
        var (status, body) = await story.Post($"api/penalty-requests/{unclear.Id}/decision", new { decision, reason = "고객 체감의 차이" });
        Assert.True(status == 200, body.GetRawText());
    }
}
