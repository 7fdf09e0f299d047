using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S15")]
[Collection(OnAzurite.Name)]
public sealed class CustomerAsksWhen(StorageFixture storage)
{
    [Fact]
    public async Task The_day_told_is_never_before_the_promise_and_the_text_goes_out_when_it_is_due()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        Assert.Equal("09월 21일", await Told(story, request, "call-1"));

        await story.AdvanceTo("2026-09-20 15:00 KST");
        Assert.Equal("09월 22일", await Told(story, request, "call-2"));

        await story.Concludes(request, "warning", at: "2026-09-20 15:00 KST");
        await story.AdvanceTo("2026-09-21 09:15 KST");
        Assert.Single((await story.Received(request)).Sms);
    }

    [Fact]
    public async Task A_told_day_that_passes_without_an_answer_is_escalated_once_and_a_later_told_day_moves_that()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", ("Agit:Koc:ManagerMention", "@cs-manager"));
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo("2026-09-22 08:59 KST");
        Assert.Empty(await Overdue(story, request));

        await story.AdvanceTo("2026-09-22 09:05 KST");
        Assert.Contains("@cs-manager", Assert.Single(await Overdue(story, request)), StringComparison.Ordinal);

        await story.AdvanceTo("2026-09-22 10:00 KST");
        Assert.Equal("09월 24일", await Told(story, request, "call-3"));
        // After Chuseok, in working hours.
        await story.AdvanceTo("2026-09-28 08:59 KST");
        Assert.Single(await Overdue(story, request));
        await story.AdvanceTo("2026-09-28 09:05 KST");
        Assert.Equal(2, (await Overdue(story, request)).Count);
    }

    private static async Task<string?> Told(Story story, Filed request, string contact)
    {
        var (_, answer) = await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact, askedWhen = true }, Person.Agent);
        Assert.Equal("AskedWhen", answer.GetProperty("situation").GetString());
        var told = answer.GetProperty("toldBy").GetString()!;
        Assert.Contains($"{told}까지", answer.GetProperty("say").GetString(), StringComparison.Ordinal);
        return told;
    }

    private static async Task<IReadOnlyList<string>> Overdue(Story story, Filed request) =>
        [.. (await story.Received(request)).Notices.Select(notice => notice.Text).Where(text => text.Contains("안내한 날짜가 지났습니다", StringComparison.Ordinal))];
}
