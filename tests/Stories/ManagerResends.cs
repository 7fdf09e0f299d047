using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class ManagerResends(StorageFixture storage)
{
    [Fact]
    public async Task After_a_message_that_failed_to_the_number_the_ticket_has_then_and_inside_the_window()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest with { OccurredAt = "2026-09-18T22:00:00+09:00" });
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.World.NextSms(SmsResult.Failed);
        await story.AdvanceTo("2026-09-21 21:00 KST");
        Assert.Equal("WithManager", await story.StateOf(request));

        await story.Save(request.Body with { CustomerPhone = "010-2222-3333", OccurredAt = "2026-09-21T20:00:00+09:00" });
        Assert.Equal(200, (await story.Post($"api/penalty-requests/{request.Id}/resend", new { reason = "번호 정정" })).Status);
        await story.AdvanceTo("2026-09-22 08:59 KST");
        Assert.Single((await story.Received(request)).Sms);
        await story.AdvanceTo("2026-09-22 09:30 KST");

        var sms = (await story.Received(request)).Sms;
        Assert.Equal(["01012345678", "01022223333"], sms.Select(one => one.To));
        Assert.Equal([false, true], sms.Select(one => one.Delivered));
        Assert.Equal("Closed", await story.StateOf(request));
        var ledger = (await new StoredRows(story).All("Cases")).Where(row => row.RowKey.StartsWith("sms|", StringComparison.Ordinal)).ToList();
        Assert.Equal([("sms|01", "Failed"), ("sms|02", "Delivered")], ledger.Select(row => (row.RowKey[..6], row.GetString("State"))));
        Assert.NotEqual(ledger[0].GetString("Reference"), ledger[1].GetString("Reference"));
    }

    [Fact]
    public async Task Not_while_one_is_on_its_way_or_unknown_and_not_after_one_arrived()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        Assert.Equal(409, await Resend(story, request));
        await story.World.NextSms(SmsResult.Stays);
        await story.AdvanceTo("2026-09-21 12:00 KST");
        Assert.Equal(409, await Resend(story, request));
        await story.AdvanceTo("2026-09-26 12:00 KST");
        Assert.Equal("Unknown", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("message").GetString());
        Assert.Equal(409, await Resend(story, request));

        // The late report is found by the sweep of the next morning.
        await story.World.SettleSms((await story.Received(request)).Sms.Single().MessageId, SmsResult.Delivered);
        await story.AdvanceTo("2026-09-27 09:00 KST");
        Assert.Equal("Delivered", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("message").GetString());
        Assert.Equal(409, await Resend(story, request));
        await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision = "settled", reason = "전달됨" });
        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Single((await story.Received(request)).Sms);
    }

    [Fact]
    public async Task An_unknown_one_that_proves_to_have_failed_may_be_sent_again()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.World.NextSms(SmsResult.Stays);
        await story.AdvanceTo("2026-09-26 12:00 KST");
        await story.World.SettleSms((await story.Received(request)).Sms.Single().MessageId, SmsResult.Failed);
        await story.AdvanceTo("2026-09-27 09:00 KST");

        Assert.Equal(200, await Resend(story, request));
        await story.AdvanceTo("2026-09-27 10:00 KST");

        Assert.Equal([false, true], (await story.Received(request)).Sms.Select(one => one.Delivered));
        Assert.Equal("Closed", await story.StateOf(request));
    }

    private static async Task<int> Resend(Story story, Filed request) =>
        (await story.Post($"api/penalty-requests/{request.Id}/resend", new { reason = "다시 발송" }, Person.Manager)).Status;
}
