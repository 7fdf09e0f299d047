using Microsoft.DurableTask;
using Model.Tests.Twins;
using Penalties.Intake;
using Penalties.Intake.Sources;
using Penalties.Rules;

namespace Model.Tests;

/// <summary>What is played to record the golden histories of the present version.</summary>
internal static class GoldenRecordings
{
    private static readonly DateTimeOffset HalfPastMidnight = new(2026, 9, 18, 0, 30, 0, Korea.Offset);

    private static readonly ComplaintForm Form =
        ComplaintForm.Example with { OccurredAt = HalfPastMidnight.ToString("O"), Block = "agreed", FeedbackStage = "3" };

    private static readonly string CaseOf = CaseId.Of(Form.Account!, Form.Ticket!, CaseKind.Penalty);
    private static readonly OutcomeConcluded Warned = new(OutcomeKind.Warning, "lead-1", HalfPastMidnight.AddHours(5));

    /// <summary>By the name of the file. Each gives the instance whose history is recorded.</summary>
    public static Dictionary<string, Func<Centre, Task<string>>> All { get; } = new()
    {
        ["filed-at-half-past-midnight"] = async centre =>
        {
            centre.World.Conclude(CaseOf, Warned.Kind.Name(), Warned.DecidedBy, Warned.ConcludedAt);
            await centre.Webhook(Form with { Block = "declined" }, "d1");
            await centre.AdvanceTo(HalfPastMidnight.AddDays(4));
            return CaseOf;
        },
        ["systems-away"] = async centre =>
        {
            centre.World.Fail(Neighbour.Board, skip: 0, requests: 5, after: true);
            centre.World.Fail(Neighbour.Crm, skip: 0, requests: 9, after: false);
            await centre.Webhook(Form, "d1");
            await centre.AdvanceTo(HalfPastMidnight.AddHours(6));
            await centre.Change(CaseOf, "driver-admin", _ => [Warned]);
            centre.World.Fail(Neighbour.Sms, skip: 2, requests: 4, after: true);
            await centre.AdvanceTo(HalfPastMidnight.AddDays(4));
            return CaseOf;
        },
        ["handed-to-a-manager"] = async centre =>
        {
            await centre.Webhook(Form with { Unclear = "true", Block = "declined" }, "d1");
            await centre.AdvanceTo(HalfPastMidnight.AddDays(1));
            await centre.Change(CaseOf, "manager-1", _ => [new FilingRefused("manager-1", "text|1")]);
            await centre.AdvanceTo(HalfPastMidnight.AddDays(4));
            await centre.Change(CaseOf, "manager-1", _ => [new ManagerAnswered("manager-1", "text|1")]);
            await centre.WhenIdle();
            return CaseOf;
        },
        ["callback"] = async centre =>
        {
            await centre.Webhook(Form with { CompensationStage = "2" }, "d1");
            await centre.AdvanceTo(HalfPastMidnight.AddDays(2));
            var callbackId = CaseId.Of(Form.Account!, Form.Ticket!, CaseKind.Callback);
            await centre.Change(callbackId, "manager-1", _ => [new CallbackDone("manager-1", "text|1")]);
            await centre.WhenIdle();
            return callbackId;
        },
        ["ticket-note"] = centre => WhileTheCrmIsAway(centre, nameof(TicketNoteOrchestrator), new TicketNote("4711", "The delivery was refused.")),
        ["ticket-fetched"] = centre => WhileTheCrmIsAway(centre, nameof(TicketOrchestrator), new TicketToFetch("zendesk", "4711", new Delivery("d1"))),
    };

    public static async Task<GoldenHistory> Record(string name)
    {
        var centre = Centre.Open(HalfPastMidnight);
        return GoldenHistory.Of(centre.HistoryOf(await All[name](centre)));
    }

    private static async Task<string> WhileTheCrmIsAway(Centre centre, string orchestrator, object input)
    {
        centre.World.Fail(Neighbour.Crm, skip: 0, requests: 2, after: false);
        var id = await centre.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new StartOrchestrationOptions("ticket"));
        await centre.AdvanceTo(HalfPastMidnight.AddDays(1));
        return id;
    }
}
