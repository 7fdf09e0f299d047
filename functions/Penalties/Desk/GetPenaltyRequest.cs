using Penalties.Privacy;

namespace Penalties.Desk;

/// <summary>
/// <c>GET /api/penalty-requests/{id}</c>: the case as people read it. Agents and managers see the customer, masked, and the access log says so; operators
/// and auditors see no customer. What was decided about the driver, and by whom, managers and auditors see; agents and operators, whether it was. 404.
/// </summary>
public sealed class GetPenaltyRequest(CaseStore cases, ContactStore contacts, Snapshots snapshots, SmsSwitch pause, AccessLog access)
{
    [Function(nameof(GetPenaltyRequest))]
    [Allowed(Role.Agent | Role.Manager | Role.Operator | Role.Auditor)]
    [Api("The case and its timeline", Answer = typeof(CaseView), Refusals = ["404 unknown_case"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "penalty-requests/{id}")] HttpRequest request, string id, CancellationToken cancellation)
    {
        if (!CaseId.IsWellFormed(id, CaseKind.Penalty) || await cases.Find(id, cancellation) is not { } current)
        {
            return CaseRoutes.NotFound(id);
        }

        var customer = (request.Caller().Roles & (Role.Agent | Role.Manager)) == Role.None ? null : await contacts.Find(current, cancellation);
        if (customer is not null)
        {
            await access.Record(request, AccessLog.Masked, id, reason: null, cancellation);
        }

        var log = await cases.ReadLog(id, cancellation);
        var paused = current.AnswerWanted ? await pause.Find(cancellation) : null;
        return new OkObjectResult(CaseView.Of(current, request.Caller(), customer, log, snapshots, paused));
    }
}

/// <param name="Urgent">음주의심.</param>
/// <param name="Customer">Masked; null where the caller sees none, or when the data was purged.</param>
/// <param name="Due">When the promised answer is due, KST.</param>
/// <param name="ToldBy">The day the customer was told; null without an open promise.</param>
/// <param name="WaitsFor">Why nothing happens just now, in codes: a system that is away, a manager, the pause of all sending.</param>
/// <param name="ToldOtherwise">What a ticket told otherwise: while driver, ride or customer are among it, no block is ordered and no answer goes out.</param>
/// <param name="Warnings">What a person should look at, in codes: a year without holidays, an answer promised without a stage of the script before it.</param>
public sealed record CaseView(
    string Id,
    string State,
    string Ticket,
    string Centre,
    string Violation,
    string CallType,
    bool Urgent,
    string DriverId,
    CustomerView? Customer,
    FacetView Facets,
    int ReContacts,
    IReadOnlyList<string> LinkedTickets,
    string? CallbackId,
    DateTimeOffset? Due,
    DateOnly? ToldBy,
    IReadOnlyList<string> WaitsFor,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<TimelineEntry> Timeline,
    IReadOnlyList<ToldOtherwiseView> ToldOtherwise)
{
    public static CaseView Example => new(
        "pr-5k2m8q0v3x7c9d1f", nameof(CaseState.AnswerPromised), "4711", "KOC", "난폭운전", "자사콜(일반)", false, "D-1029", new("010-****-5678", "홍*동"),
        new(ComplaintState.Standing, DecisionState.NotNeeded, StatementState.NotAsked, BoardState.Posted, BlockState.Confirmed, PromiseState.Promised, 3,
            OutcomeState.Unknown, null, MessageState.None, HandoverState.None, null, CallbackState.None, 0),
        0, [], null, new(2026, 9, 21, 9, 3, 0, Korea.Offset), new(2026, 9, 21), [], [], [TimelineEntry.Example], []);

    internal static CaseView Of(
        PenaltyCase current, Caller caller, Contact? customer, IReadOnlyList<LogEntry> log, Snapshots snapshots, SmsPause? paused)
    {
        var due = snapshots.DueOf(current);
        return new(
            current.Id,
            current.State.ToString(),
            current.Complaint.Ticket,
            current.Complaint.Centre.Name(),
            current.Complaint.Violation.Name(),
            current.Complaint.CallType.Name(),
            current.Complaint.IsUrgent,
            current.Complaint.DriverId,
            customer is null ? null : new(Masking.Phone(customer.Phone), Masking.Name(customer.Name)),
            FacetView.Of(current, caller.SeesOutcomes),
            current.ReContacts,
            current.LinkedTickets,
            current.Callback is CallbackState.Filed ? Managers.Callbacks.IdOf(current) : null,
            due is { } at ? Korea.TimeOf(at) : null,
            snapshots.ToldBy(current),
            [.. Waits(current, paused)],
            [
                .. snapshots.YearsWithoutData(current).Select(year => $"no_holiday_data_{year}"),
                .. current.StagesSkipped.Select(stage => $"feedback_stage_{stage}_skipped"),
            ],
            TimelineEntry.ListFor(caller, log),
            [.. current.OpenFacts.Select(ToldOtherwiseView.Of)]);
    }

    private static IEnumerable<string> Waits(PenaltyCase current, SmsPause? paused) =>
    [
        .. current.Stalled.Select(stalled => $"retry_{stalled.Step}"),
        .. current.ManagerAsked ? ["manager"] : Array.Empty<string>(),
        .. current.IsHeld ? ["correction"] : Array.Empty<string>(),
        .. current.Outcome is OutcomeState.Appealed ? ["appeal"] : Array.Empty<string>(),
        .. paused is null ? Array.Empty<string>() : ["sms_paused"],
    ];
}

/// <summary>A fact that is told otherwise than the case has it, and that nobody has decided about.</summary>
/// <param name="Fact">driver, ride, violation, centre or customer.</param>
/// <param name="To">Null for the customer, who is never taken over.</param>
public sealed record ToldOtherwiseView(string Fact, string? From, string? To)
{
    internal static ToldOtherwiseView Of(FactChange change)
    {
        var isShown = change.Fact is not ComplaintFact.Customer;
        return new(change.Fact.Name(), isShown ? BoardText.Shown(change.Fact, change.From) : null, isShown ? BoardText.Shown(change.Fact, change.To) : null);
    }
}

/// <summary>Masked: 010-****-5678 and 홍*동.</summary>
public sealed record CustomerView(string Phone, string? Name);

/// <param name="Outcome">For who is not told what was decided: Unknown or Concluded.</param>
/// <param name="OutcomeKind">What was decided about the driver; null where nothing was, or the caller is not told.</param>
/// <param name="HandoverReason">Null also where it would tell what was decided to a caller who is not told.</param>
public sealed record FacetView(
    ComplaintState Complaint,
    DecisionState Decision,
    StatementState Statement,
    BoardState Board,
    BlockState Block,
    PromiseState Promise,
    int FeedbackStage,
    OutcomeState Outcome,
    string? OutcomeKind,
    MessageState Message,
    HandoverState Handover,
    HandoverReason? HandoverReason,
    CallbackState Callback,
    int CompensationStage)
{
    internal static FacetView Of(PenaltyCase current, bool seesOutcomes) => new(
        current.Standing,
        current.Decision,
        current.Statement,
        current.Board,
        current.Block,
        current.Promise,
        current.FeedbackStage,
        seesOutcomes ? current.Outcome : WhetherConcluded(current.Outcome),
        seesOutcomes ? current.OutcomeKind?.Name() : null,
        current.Message,
        current.Handover,
        seesOutcomes || current.HandoverReason?.TellsOutcome() != true ? current.HandoverReason : null,
        current.Callback,
        current.CompensationStage);

    /// <summary>How an appeal ended would tell what was decided.</summary>
    private static OutcomeState WhetherConcluded(OutcomeState outcome) => outcome switch
    {
        OutcomeState.Unknown or OutcomeState.Appealed => OutcomeState.Unknown,
        OutcomeState.Concluded or OutcomeState.Upheld or OutcomeState.Overturned => OutcomeState.Concluded,
    };
}
