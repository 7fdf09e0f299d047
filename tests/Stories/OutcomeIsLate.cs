using System.Text.Json;

namespace Stories.Tests;

[Trait("Behaviour", "S12")]
[Collection(OnAzurite.Name)]
public sealed class OutcomeIsLate(StorageFixture storage)
{
    [Fact]
    public async Task Nothing_is_sent_early_the_board_hears_of_it_and_the_same_text_goes_out_once()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo("2026-09-21 18:00 KST");

        var early = await story.Received(request);
        Assert.Empty(early.Sms);
        Assert.Single(early.Comments, comment => comment.Text.Contains("아직 없습니다", StringComparison.Ordinal));

        var (status, answer) = await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact = "call-1", askedWhen = true });
        Assert.Equal(200, status);
        Assert.Equal("09월 18일", answer.GetProperty("receivedOn").GetString());
        Assert.Equal("09월 23일", answer.GetProperty("toldBy").GetString());
        Assert.Equal(JsonValueKind.False, answer.GetProperty("answered").ValueKind);

        await story.AdvanceTo("2026-09-22 10:30 KST");
        await story.Concludes(request, "app-suspension", at: "2026-09-22 10:30 KST");

        var received = await story.Received(request);
        Assert.Equal(Script.FeedbackBody("09월 18일"), Assert.Single(received.Sms).Text);
        Assert.Single(received.Posts);
        Assert.Single(received.Comments, comment => comment.Text.Contains("재인입 1회", StringComparison.Ordinal));
        Assert.Equal(2, received.Comments.Count(comment => comment.Text.Contains("아직 없습니다", StringComparison.Ordinal)));
        Assert.Single(received.NoteLines, line => line.Contains("재인입 1회", StringComparison.Ordinal));

        await story.AdvanceTo("2026-10-05 12:00 KST");
        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("Closed", await story.StateOf(request));
    }

    [Fact]
    public async Task After_a_week_without_an_outcome_a_manager_is_asked_and_nothing_is_sent()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo("2026-09-29 12:00 KST");

        Assert.Equal("WithManager", await story.StateOf(request));
        var received = await story.Received(request);
        Assert.Empty(received.Sms);
        Assert.Single(received.NoteLines, line => line.Contains("관리자 확인 필요", StringComparison.Ordinal));
        Assert.Contains(request.CaseId, (await story.Desk.List("?state=WithManager&due=2026-09-21")).GetRawText(), StringComparison.Ordinal);

        var (status, _) = await story.Post(
            $"api/penalty-requests/{request.Id}/decision", new { decision = "answered", reason = "고객에게 직접 안내" });
        Assert.Equal(200, status);
        Assert.Equal("Closed", await story.StateOf(request));
    }

    [Theory]
    [InlineData("monitoring")]
    [InlineData("no-violation")]
    public async Task An_outcome_that_proves_nothing_is_never_texted(string kind)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, kind, at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");

        Assert.Empty((await story.Received(request)).Sms);
        Assert.Equal("WithManager", await story.StateOf(request));
    }
}
