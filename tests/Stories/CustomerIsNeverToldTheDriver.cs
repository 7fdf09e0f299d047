using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S5")]
[Collection(OnAzurite.Name)]
public sealed class CustomerIsNeverToldTheDriver(StorageFixture storage)
{
    /// <summary>The driver, and every penalty there is.</summary>
    private static readonly string[] Secret =
        ["D-1029", "lead-3", "warning", "경고", "배차 제한", "dispatch", "정지", "suspension", "재교육", "모니터링", "취소 사유", "기사명"];

    [Theory]
    [InlineData("warning", "agreed")]
    [InlineData("dispatch-restriction", "declined")]
    [InlineData("app-suspension", "agreed")]
    [InlineData("re-education", "")]
    public async Task No_text_a_customer_gets_or_may_be_told_names_the_driver_the_reason_or_the_penalty(string kind, string block)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest with { Block = block });
        var (_, asked) = await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact = "call-1", askedWhen = true }, Person.Agent);
        await story.Concludes(request, kind, at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");
        var (_, again) = await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact = "call-2" }, Person.Agent);

        var received = await story.Received(request);
        var timeline = (await story.Get($"api/penalty-requests/{request.Id}/timeline", Person.Agent)).Body.EnumerateArray()
            .Select(entry => entry.GetProperty("forCustomer").GetString()).OfType<string>().ToList();
        string[] told =
        [
            Assert.Single(received.Sms).Text, received.Sms[0].Subject!, asked.GetProperty("say").GetString()!, again.GetProperty("say").GetString()!, .. timeline,
        ];
        Assert.True(timeline.Count >= 3, "The timeline tells nothing that may be said.");
        Assert.All(told, text => Assert.DoesNotContain(Secret, secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        Assert.All(received.Notes, note => Assert.False(note.Public));
    }

    [Fact]
    public async Task No_guidance_gives_the_drivers_reason_or_says_what_was_given_to_this_driver()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var all = (await story.Get("api/guidance", Person.Agent)).Body.EnumerateArray().Select(entry => entry.GetProperty("text").GetString()!).ToList();

        Assert.True(all.Count >= 14, $"{all.Count} texts");
        foreach (var told in new[] { "경고를 주었", "경고 조치", "정지되었", "제한되었습니다", "페널티를 받", "기사님의 이름", "때문에 취소" })
        {
            Assert.DoesNotContain(all, text => text.Contains(told, StringComparison.Ordinal));
        }
    }
}
