using LocalHost.Tour;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class SendingIsPaused(StorageFixture storage)
{
    [Fact]
    public async Task Nothing_is_sent_everybody_sees_it_and_when_it_goes_on_the_waiting_texts_go_out_at_once()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        Assert.Equal(403, await Switch(story, new { paused = true, reason = "번호 변경" }, Person.Agent));
        Assert.Equal(400, await Switch(story, new { paused = true }, Person.Operator));
        Assert.Equal(200, await Switch(story, new { paused = true, reason = "번호 변경" }, Person.Operator));
        await story.AdvanceTo("2026-09-21 15:00 KST");

        Assert.Empty((await story.Received(request)).Sms);
        Assert.Equal(0, (await story.World.Received()).Requests.Where(one => one.Operation == "group-create").Sum(one => one.Count));
        var (_, shown) = await story.Get("api/sms", Person.Auditor);
        Assert.Equal((true, "operator-5", "번호 변경"), (shown.GetProperty("paused").GetBoolean(), shown.GetProperty("by").GetString(), shown.GetProperty("reason").GetString()));
        Assert.Contains("sms_paused", (await story.Desk.Case(request.CaseId)).GetProperty("waitsFor").EnumerateArray().Select(code => code.GetString()));

        Assert.Equal(200, await Switch(story, new { paused = false }, Person.Operator));
        Assert.Single((await story.Received(request)).Sms);
        await story.AdvanceTo("2026-09-21 16:00 KST");
        Assert.Equal("Closed", await story.StateOf(request));
    }

    [Fact]
    public async Task Open_again_without_a_knock_it_is_noticed_within_a_quarter_of_an_hour()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await Switch(story, new { paused = true, reason = "번호 변경" }, Person.Manager);
        await story.AdvanceTo("2026-09-21 15:00 KST");
        await story.Service<Penalties.SmsSwitch>().Resume(CancellationToken.None);
        await story.AdvanceTo("2026-09-21 15:16 KST");
        Assert.Single((await story.Received(request)).Sms);
    }

    private static async Task<int> Switch(Story story, object form, Person by) => (await story.Send(HttpMethod.Put, "api/sms", form, by)).Status;
}
