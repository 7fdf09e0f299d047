using Azure.Data.Tables;
using Microsoft.DurableTask.Client;
using Penalties;
using Penalties.Intake;
using Penalties.Requests;
using Penalties.Rules;

namespace Model.Tests;

/// <summary>The task hub does not answer: what is stored is started and knocked at later, and its sender is not kept waiting.</summary>
public sealed class StartsThatWait
{
    private static readonly ComplaintForm Form = ComplaintForm.Example with { OccurredAt = Centre.Start.ToString("O"), FeedbackStage = "3", Block = "declined" };
    private static readonly string CaseOf = CaseId.Of(Form.Account!, Form.Ticket!, CaseKind.Penalty);

    [Fact]
    public async Task A_complaint_filed_meanwhile_is_filed_and_begun_later()
    {
        var centre = Centre.Open();
        centre.Client.Refuses = 1;

        var received = await centre.Webhook(Form, "d1");
        await centre.WhenIdle();

        Assert.Equal(CaseIntake.Filed, received.Status);
        Assert.Null(await centre.Client.GetInstanceAsync(CaseOf));
        Assert.Equal([CaseOf], Waiting(centre));

        await centre.KnockLater();
        await centre.WhenIdle();

        Assert.Equal(OrchestrationRuntimeStatus.Running, (await centre.Client.GetInstanceAsync(CaseOf))!.RuntimeStatus);
        Assert.Empty(Waiting(centre));
    }

    [Fact]
    public async Task A_change_meanwhile_is_heard_later()
    {
        var centre = Centre.Open();
        await centre.Webhook(Form, "d1");
        await centre.WhenIdle();
        centre.Client.Refuses = 1;

        Assert.Equal(CaseIntake.Updated, (await centre.Webhook(Form with { Block = "agreed" }, "d2")).Status);
        await centre.WhenIdle();
        Assert.Empty(centre.Queues.Due());

        await centre.KnockLater();
        await centre.WhenIdle();

        Assert.Single(centre.Queues.Due());
    }

    [Fact]
    public async Task While_it_is_still_away_nothing_is_forgotten()
    {
        var centre = Centre.Open();
        centre.Client.Refuses = 4;
        await centre.Webhook(Form, "d1");
        await centre.Webhook(Form with { Ticket = "4712", RideId = "another" }, "d2");

        await centre.KnockLater();
        Assert.Equal(2, Waiting(centre).Count);

        await centre.KnockLater();
        Assert.Empty(Waiting(centre));
    }

    [Fact]
    public async Task What_belongs_to_no_case_is_started_later_with_the_same_input()
    {
        var centre = Centre.Open();
        centre.Client.Refuses = 1;

        Assert.False(await centre.Starter.Start(centre.Client, nameof(TicketNoteOrchestrator), new TicketNote("4711", "상담제한"), "note-d1", default));
        await centre.KnockLater();
        await centre.AdvanceTo(Centre.Start.AddHours(1));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await centre.Client.GetInstanceAsync("note-d1"))!.RuntimeStatus);
        Assert.Contains(centre.World.Notes(), static note => note is { Ticket: "4711", Text: "상담제한" });
    }

    [Fact]
    public async Task One_that_cannot_be_started_at_all_does_not_hide_those_behind_it()
    {
        var centre = Centre.Open();
        await centre.Tables.GetTableClient(OperationTable.Name).AddEntityAsync(
            new TableEntity(Unknocked.Kind, "a-broken-one") { ["Orchestrator"] = nameof(TicketNoteOrchestrator), ["Input"] = "{" });
        centre.Client.Refuses = 1;
        await centre.Webhook(Form, "d1");

        await centre.KnockLater();
        await centre.WhenIdle();

        Assert.Equal(OrchestrationRuntimeStatus.Running, (await centre.Client.GetInstanceAsync(CaseOf))!.RuntimeStatus);
        Assert.Equal(["a-broken-one"], Waiting(centre));
    }

    private static IReadOnlyList<string> Waiting(Centre centre) =>
        [.. centre.Tables.Rows(OperationTable.Name, Unknocked.Kind).Select(static row => row.RowKey)];
}
