using System.Globalization;
using LocalHost.Sandbox;
using LocalHost.Tour;
using Penalties.Outside;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class SendersAreKnown(StorageFixture storage)
{
    private const string Signed = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task Each_source_by_its_own_proof_and_a_webhook_sent_again_is_a_duplicate_whoever_signs_it()
    {
        await using var story = await Story.Begin(
            storage, "2026-09-18 22:30 KST",
            ("Crm:Sources:other:Verifier", "StandardWebhooks"), ("Crm:Sources:other:Secret", Signed),
            ("Crm:Sources:old:Verifier", "SharedHeader"), ("Crm:Sources:old:Header", "X-Our-Key"), ("Crm:Sources:old:Secret", "a-shared-secret-of-ours"));
        var body = story.OnTicketOfThisStory(A.Complaint) with { OccurredAt = "2026-09-18T22:30:00+09:00", RideCalledAt = "2026-09-18T21:50:00+09:00" };
        await story.World.SeedTicket(new() { Id = long.Parse(body.Ticket, CultureInfo.InvariantCulture) });

        Assert.Equal(401, await Send(story, "other", body, ("X-Our-Key", "a-shared-secret-of-ours")));
        var (id, seconds) = ("msg_1", DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        (string, string)[] headers =
        [
            (StandardWebhook.IdHeader, id), (StandardWebhook.TimestampHeader, seconds),
            (StandardWebhook.SignatureHeader, StandardWebhook.Of(Signed, id, seconds, System.Text.Encoding.UTF8.GetBytes(body.ToJson()))),
        ];
        Assert.Equal(202, await Send(story, "other", body, headers));
        Assert.Equal(200, await Send(story, "other", body, headers));
        Assert.Equal(401, await Send(story, "old", body, ("X-Our-Key", "a-wrong-secret-of-theirs")));
        Assert.Equal(200, await Send(story, "old", body, ("X-Our-Key", "a-shared-secret-of-ours")));
        Assert.Equal(404, await Send(story, "nobody", body));
        Assert.Single((await story.World.Received()).Board);
    }

    [Fact]
    public async Task An_update_of_our_own_is_no_news_and_one_of_a_person_is()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.Complaint);
        async Task<string> Status(string more) => (await story.World.SendWebhook(new()
        {
            TargetUrl = story.Desk.WebhookUrl,
            Body = request.Body.ToJson().TrimEnd('}') + more + "}",
        })).Body;

        Assert.Contains("ignored", await Status(""","updated_by":"900001","feedback_stage":"3" """), StringComparison.Ordinal);
        Assert.Contains("ignored", await Status(""","tags":"vip penalty_request","feedback_stage":"3" """), StringComparison.Ordinal);
        Assert.Equal(0, (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("feedbackStage").GetInt32());
        Assert.Contains("updated", await Status(""","updated_by":"77","tags":"penalty_request","feedback_stage":"1" """), StringComparison.Ordinal);
    }

    private static async Task<int> Send(Story story, string source, ComplaintBody body, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient { BaseAddress = story.Host.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/crm/{source}") { Content = new StringContent(body.ToJson()) };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await http.SendAsync(request);
        await story.WhenIdle();
        return (int)response.StatusCode;
    }
}
