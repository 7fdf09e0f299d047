using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class CaseStandsStill(StorageFixture storage)
{
    [Fact]
    public async Task A_case_whose_orchestration_ended_too_early_is_found_and_keeps_its_promise()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", ("SweepSchedule", "0 0 * * * *"));
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.Host.Services.GetRequiredService<DurableTaskClient>().TerminateInstanceAsync(request.CaseId, "by mistake");
        await story.AdvanceTo("2026-09-21 11:30 KST");

        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Contains("중단된 처리를 다시 시작", (await story.Desk.Case(request.CaseId)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_that_was_stored_and_never_started_is_found()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", ("SweepSchedule", "0 0 * * * *"));
        var cases = story.Host.Services.GetRequiredService<Penalties.Requests.CaseStore>();
        var body = story.OnTicketOfThisStory(A.Complaint);
        await story.World.SeedTicket(new() { Id = long.Parse(body.Ticket, System.Globalization.CultureInfo.InvariantCulture) });
        var complaint = new Penalties.Rules.Complaint(
            "zendesk", body.Account, body.Ticket, Penalties.Rules.CaseKind.Penalty, Penalties.Rules.Channel.Phone, Penalties.Rules.CallType.General,
            Penalties.Rules.Verification.Caller, Penalties.Rules.Violation.RecklessDriving, Penalties.Rules.Centre.Koc, "R-1", "D-1", "key",
            new(2026, 9, 18), Unclear: false);
        var id = Penalties.Rules.CaseId.Of(body.Account, body.Ticket, Penalties.Rules.CaseKind.Penalty);
        await cases.File(new(id, complaint), [], new("zendesk", "a test"), "delivery", CancellationToken.None);
        await story.AdvanceTo("2026-09-19 01:30 KST");

        Assert.Equal("Closed", (await story.Desk.Case(id)).GetProperty("state").GetString());
        Assert.Single((await story.World.Received()).Board);
    }
}
