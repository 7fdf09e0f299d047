using System.Globalization;
using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S1")]
[Collection(OnAzurite.Name)]
public sealed class CrmTellsThinly(StorageFixture storage)
{
    private static readonly (string Field, string Value)[] Complaint =
    [
        ("inquiry_path", "대리_고객 ▶ 이용불편/신고 ▶ 콜취소/Noshow"), ("call_type", "자사콜(일반)"), ("channel", "phone"), ("verified", "caller"),
        ("ride_id", "R-20260918-001"), ("ride_called_at", "2026-09-18T21:50:00+09:00"), ("driver_id", "D-1029"), ("customer_id", "C-77001"),
        ("customer_phone", "010-1234-5678"), ("violation", "reckless"), ("centre", "KOC"), ("block", "agreed"), ("feedback_stage", "3"), ("agent", "agent-12"),
        ("occurred_at", "2026-09-18T22:30:00+09:00"),
    ];

    private static readonly (string, string)[] Settings =
    [
        ("Crm:Sources:zendesk:Mapper", "Ticket"), ("Crm:Sources:zendesk:Account", "kmob"), ("Crm:Sources:zendesk:SweepTag", "complaint"),
        ("Crm:Sources:zendesk:Values:violation:reckless", "난폭운전"), ("SweepSchedule", "0 5 * * * *"),
        .. Complaint.Select((one, index) => ($"Crm:Sources:zendesk:Fields:{one.Field}", string.Create(CultureInfo.InvariantCulture, $"{370001 + index}"))),
    ];

    [Fact]
    public async Task The_ticket_is_fetched_and_its_custom_fields_are_the_complaint_however_long_the_crm_is_away()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", Settings);
        await Seed(story, 4711);
        await story.World.Order(new() { System = SandboxSystem.Crm, Kind = FaultKind.Status, Status = 503, Times = 5 });
        var answer = await story.World.SendWebhook(new() { TargetUrl = story.Desk.WebhookUrl, Body = """{"ticket":"4711"}""", InvocationId = "i-1" });
        Assert.Equal(202, answer.Status);
        Assert.Contains("fetching", answer.Body, StringComparison.Ordinal);
        await story.WhenIdle();
        Assert.Empty((await story.World.Received()).Board);

        await story.AdvanceTo("2026-09-18 23:00 KST");
        var id = Penalties.Rules.CaseId.Of("kmob", "4711", Penalties.Rules.CaseKind.Penalty);
        Assert.Equal("AnswerPromised", (await story.Desk.Case(id)).GetProperty("state").GetString());
        Assert.Equal("난폭운전", (await story.Desk.Case(id)).GetProperty("violation").GetString());
        Assert.Single((await story.World.Received()).Board);
        Assert.Single((await story.World.Received()).Blocks);
    }

    [Fact]
    public async Task A_ticket_whose_webhook_never_came_is_found_within_the_hour_and_counted_once()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", Settings);
        await Seed(story, 4711);
        await Seed(story, 4712, ("verified", "none"));
        await Seed(story, 4713, ("violation", "무엇인가"));
        await story.AdvanceTo("2026-09-19 03:00 KST");

        var id = Penalties.Rules.CaseId.Of("kmob", "4711", Penalties.Rules.CaseKind.Penalty);
        Assert.Equal("AnswerPromised", (await story.Desk.Case(id)).GetProperty("state").GetString());
        var received = await story.World.Received();
        Assert.Single(received.Board);
        Assert.Single(received.Notes, note => note.Ticket == 4712 && note.Body == "상담제한");
        Assert.Single(received.Notes, note => note.Ticket == 4713 && note.Body.Contains("violation: allowed", StringComparison.Ordinal));
        Assert.Equal("2026-09-21", (await story.Desk.Case(id)).GetProperty("toldBy").GetString());
    }

    private static Task Seed(Story story, long ticket, params (string Field, string Value)[] otherwise) => story.World.SeedTicket(new()
    {
        Id = ticket,
        Tags = ["complaint"],
        Fields = Complaint.Select((one, index) => (Id: 370001L + index, Value: (string?)otherwise.FirstOrDefault(other => other.Field == one.Field).Value ?? one.Value))
            .ToDictionary(one => one.Id, one => (string?)one.Value),
    });
}
