using LocalHost.Sandbox;

namespace Stories.Tests;

[Trait("Behaviour", "S27")]
[Collection(OnAzurite.Name)]
public sealed class PromisedBlockIsLifted(StorageFixture storage)
{
    [Fact]
    public async Task After_the_text_arrived_the_closed_case_opens_and_a_manager_is_asked_what_the_customer_is_to_be_told()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await Texted(story);
        Assert.Equal("Closed", await story.StateOf(request));

        await Lift(story, request);
        await ShouldBeAsked(story, request);

        // Whoever decides has the last word, and the case does not ask again.
        await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision = "settled", reason = "고객에게 통화로 안내" });
        await story.AdvanceTo("2026-09-24 12:00 KST");
        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("고객 안내 방법", StringComparison.Ordinal));
        Assert.Single((await story.Received(request)).Sms);
    }

    [Fact]
    public async Task While_the_text_was_on_its_way_a_manager_is_asked_when_it_has_arrived()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.NextSms(SmsResult.Stays);
        var request = await Texted(story);
        await Lift(story, request);
        Assert.Equal("Lifted", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("block").GetString());
        Assert.DoesNotContain((await story.Received(request)).NoteLines, line => line.Contains("고객 안내 방법", StringComparison.Ordinal));

        await story.World.SettleSms(Assert.Single((await story.Received(request)).Sms).MessageId, SmsResult.Delivered);
        await story.AdvanceTo("2026-09-22 12:00 KST");
        await ShouldBeAsked(story, request);
    }

    [Fact]
    public async Task A_text_that_failed_promised_nothing_and_the_one_a_manager_orders_says_what_is_true()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.NextSms(SmsResult.Failed);
        var request = await Texted(story);
        await Lift(story, request);
        await story.Post($"api/penalty-requests/{request.Id}/resend", new { reason = "다시 발송" });
        await story.AdvanceTo("2026-09-21 13:00 KST");

        var received = await story.Received(request);
        Assert.DoesNotContain("배차되지", received.Sms[^1].Text, StringComparison.Ordinal);
        Assert.Equal([false, true], received.Sms.Select(one => one.Delivered));
        Assert.DoesNotContain(received.NoteLines, line => line.Contains("고객 안내 방법", StringComparison.Ordinal));
        Assert.Equal("Closed", await story.StateOf(request));
    }

    private static async Task<Filed> Texted(Story story)
    {
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");
        Assert.Equal(Script.FeedbackBody("09월 18일"), Assert.Single((await story.Received(request)).Sms).Text);
        return request;
    }

    private static async Task Lift(Story story, Filed request) => Assert.Equal(
        200, (await story.Send(HttpMethod.Delete, $"api/penalty-requests/{request.Id}/block", new { reason = "기사 소명 인정" })).Status);

    private static async Task ShouldBeAsked(Story story, Filed request)
    {
        var facets = (await story.Desk.Case(request.CaseId)).GetProperty("facets");
        Assert.Equal(("Lifted", "PromisedBlockLifted"), (facets.GetProperty("block").GetString(), facets.GetProperty("handoverReason").GetString()));
        Assert.Equal("WithManager", await story.StateOf(request));
        var received = await story.Received(request);
        Assert.Single(received.NoteLines, line => line.Contains("[긴급] 관리자 확인 필요: 다시 배차되지 않는다고", StringComparison.Ordinal));
        Assert.Single(received.Comments, comment => comment.Text.Contains("[긴급] 관리자 확인 필요: 다시 배차되지 않는다고", StringComparison.Ordinal));
    }
}
