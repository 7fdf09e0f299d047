using System.Text.Json;
using LocalHost.Sandbox;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class WebhooksComeTwiceOrBroken(StorageFixture storage)
{
    [Fact]
    public async Task The_same_delivery_and_the_same_content_make_one_case()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        var again = await story.Save(request.Body);
        var answers = await story.World.SendWebhooks(new() { TargetUrl = story.Desk.WebhookUrl, Body = request.Body.ToJson(), Repeat = 3 });
        await story.WhenIdle();

        Assert.Equal((200, request.Id, "duplicate"), (again.Answer.Status, again.Id, again.Json.GetProperty("status").GetString()));
        Assert.All(answers, answer => Assert.Equal((200, request.Answer.Location), (answer.Status, answer.Location)));
        Assert.Single((await story.Received(request)).Posts);
        Assert.Single((await story.Received(request)).Blocks);
    }

    [Fact]
    public async Task A_wrong_or_stale_signature_is_refused_and_nothing_is_stored()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var body = story.OnTicketOfThisStory(A.FeedbackRequest) with { OccurredAt = "2026-09-18T22:30:00+09:00" };
        await story.World.SeedTicket(new() { Id = long.Parse(body.Ticket, System.Globalization.CultureInfo.InvariantCulture) });

        var stored = new StoredRows(story);
        var before = await stored.Keys();

        Assert.Equal((401, "signature_wrong"), await Refused(story, new() { TargetUrl = story.Desk.WebhookUrl, Body = body.ToJson(), Secret = "not it" }));
        Assert.Equal(
            (401, "signature_stale"),
            await Refused(story, new() { TargetUrl = story.Desk.WebhookUrl, Body = body.ToJson(), Timestamp = "2026-01-01T00:00:00Z" }));
        Assert.Equal((401, "account_unknown"), await Refused(story, new() { TargetUrl = story.Desk.WebhookUrl, Body = body.ToJson(), AccountId = "1" }));
        var all = await story.World.Received();
        Assert.Empty(all.Notes);
        Assert.Empty(all.Board);
        Assert.Equal(before, await stored.Keys());
        Assert.Empty(await stored.OfCase(body));
        Assert.Empty(await stored.Refused(body));
        var id = Penalties.Rules.CaseId.Of(body.Account, body.Ticket, Penalties.Rules.CaseKind.Penalty);
        Assert.Equal(404, (await story.Get($"api/penalty-requests/{id}")).Status);
    }

    [Fact]
    public async Task A_signed_body_that_is_not_valid_is_kept_as_rejected_noted_on_the_ticket_and_answered_200()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var rejected = await story.File(A.FeedbackRequest with { Violation = "새로운 항목", CustomerPhone = "12" });

        Assert.Equal(200, rejected.Answer.Status);
        Assert.Equal("rejected", rejected.Json.GetProperty("status").GetString());
        var problems = rejected.Json.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!.Split(':')[0]).Order();
        Assert.Equal(["customer_phone", "violation"], problems);
        var note = Assert.Single((await story.Received(rejected)).Notes);
        Assert.Contains("violation", note.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("새로운", note.Body, StringComparison.Ordinal);

        var stored = new StoredRows(story);
        var delivery = Assert.Single(await stored.Refused(rejected.Body));
        Assert.Equal(("zendesk", "rejected"), (delivery.PartitionKey, delivery.GetString("Kind")));
        Assert.Contains("violation", delivery.GetString("Problems"), StringComparison.Ordinal);
        Assert.DoesNotContain("새로운", delivery.GetString("Problems"), StringComparison.Ordinal);
        var body = Assert.Single(await stored.RejectedBodies(delivery.RowKey)).GetBinary("Body");
        Assert.Equal(rejected.Body.ToJson(), System.Text.Encoding.UTF8.GetString(body));
        Assert.Empty(await stored.OfCase(rejected.Body));
    }

    [Fact]
    public async Task What_is_not_json_or_too_long_or_for_nobody_gets_a_clear_answer()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var broken = await story.World.SendWebhook(new() { TargetUrl = story.Desk.WebhookUrl, Body = "{\"ticket\":" });
        Assert.Equal(200, broken.Status);
        Assert.Contains("rejected", broken.Body, StringComparison.Ordinal);

        var tooLong = await story.World.SendWebhook(new() { TargetUrl = story.Desk.WebhookUrl, Body = new string(' ', 65 * 1024) });
        Assert.Equal((413, "body_too_large"), (tooLong.Status, Code(tooLong)));

        var elsewhere = story.Desk.WebhookUrl.Replace("zendesk", "sendesk", StringComparison.Ordinal);
        var nobody = await story.World.SendWebhook(new() { TargetUrl = elsewhere, Body = "{}" });
        Assert.Equal((404, "unknown_source"), (nobody.Status, Code(nobody)));
    }

    private static async Task<(int Status, string? Code)> Refused(Story story, WebhookOrder order)
    {
        var answer = await story.World.SendWebhook(order);
        await story.WhenIdle();
        return (answer.Status, Code(answer));
    }

    private static string? Code(TargetAnswer answer) => JsonDocument.Parse(answer.Body).RootElement.GetProperty("code").GetString();
}
