using Azure;
using Penalties;
using Penalties.Cases;
using Penalties.Rules;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class SweepsHeal(StorageFixture storage)
{
    private static readonly (string, string) Hourly = ("SweepSchedule", "0 0 * * * *");

    [Fact]
    public async Task A_case_whose_orchestration_ended_too_early_is_found_and_keeps_its_promise()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", Hourly);
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.Host.DurableClient.TerminateInstanceAsync(request.CaseId, "by mistake");
        await story.AdvanceTo("2026-09-21 11:30 KST");

        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Contains("중단된 처리를 다시 시작", (await story.Desk.Case(request.CaseId)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_that_was_stored_and_never_started_is_found_although_no_list_has_it()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", Hourly);
        var body = story.OnTicketOfThisStory(A.Complaint);
        await story.World.SeedTicket(new() { Id = long.Parse(body.Ticket, System.Globalization.CultureInfo.InvariantCulture) });
        var complaint = new Complaint(
            "zendesk", body.Account, body.Ticket, CaseKind.Penalty, Channel.Phone, CallType.General, Verification.Caller, Violation.RecklessDriving, Centre.Koc,
            "R-1", "D-1", "key", new(2026, 9, 18), Unclear: false);
        var id = CaseId.Of(body.Account, body.Ticket, CaseKind.Penalty);
        await story.Service<CaseStore>().File(new(id, complaint), [], new("zendesk", "a test"), ["delivery"], CancellationToken.None);
        await story.AdvanceTo("2026-09-19 01:30 KST");

        Assert.Equal("Closed", (await story.Desk.Case(id)).GetProperty("state").GetString());
        Assert.Single((await story.World.Received()).Board);
    }

    [Fact]
    public async Task A_change_that_was_written_and_never_knocked_at_is_found()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", Hourly);
        var request = await story.File(A.FeedbackRequest);
        await story.Service<CaseStore>().Change(request.CaseId, new("agent-7", "a test"), _ => [new ReContacted(AskedWhen: true)], CancellationToken.None);
        Assert.Empty((await story.Received(request)).Comments);
        await story.AdvanceTo("2026-09-19 00:30 KST");
        Assert.Single((await story.Received(request)).Comments);
    }

    [Fact]
    public async Task Rows_that_are_missing_or_wrong_in_the_lists_come_back()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", Hourly);
        var open = await story.File(A.FeedbackRequest);
        var closed = await story.File(A.Complaint with { RideId = "R-2" });
        var tables = story.Service<AppTables>();
        await tables.Of("CaseIndex").DeleteEntityAsync("open", open.CaseId, ETag.All);
        await tables.Of("CaseIndex").DeleteEntityAsync("2026-09", closed.CaseId, ETag.All);
        await tables.Of("CaseDirectory").DeleteEntityAsync("driver|D-1029", closed.CaseId, ETag.All);
        Assert.Empty((await story.Desk.List()).GetProperty("cases").EnumerateArray());

        await story.AdvanceTo("2026-09-19 00:30 KST");

        Assert.Equal(2, (await story.Desk.List()).GetProperty("cases").GetArrayLength());
        var (_, decision) = await story.Get($"api/penalty-requests/{open.Id}/decision");
        Assert.Equal(2, decision.GetProperty("driver").GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_sweep_that_finds_nothing_wrong_changes_nothing()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", Hourly);
        var request = await story.File(A.FeedbackRequest);
        var before = (await story.Log(request)).Count;
        await story.AdvanceTo("2026-09-20 22:30 KST");
        Assert.Equal(before, (await story.Log(request)).Count);
    }
}
