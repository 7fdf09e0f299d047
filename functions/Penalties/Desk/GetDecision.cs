using Penalties.Content;
using Penalties.Outside;
using Penalties.Privacy;

namespace Penalties.Desk;

/// <summary>
/// <c>GET /api/penalty-requests/{id}/decision</c>: what the deciding person sees first: the driver's statement, the driver's record ("위반항목과 횟수") with a
/// suggestion, what people wrote. The program suggests, a person decides. 404.
/// </summary>
public sealed class GetDecision(
    CaseStore cases,
    ContactStore contacts,
    CaseDirectory directory,
    ProductContent content,
    AccessLog access,
    DriverAdmin admin,
    IOptions<DriverRecordOptions> options,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    [Function(nameof(GetDecision))]
    [Allowed(Role.Manager)]
    [Api("What the deciding person sees first", Answer = typeof(DecisionView), Refusals = ["404 unknown_case"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "penalty-requests/{id}/decision")] HttpRequest request, string id, CancellationToken cancellation)
    {
        if (!CaseId.IsWellFormed(id, CaseKind.Penalty) || await cases.Find(id, cancellation) is not { } current)
        {
            return CaseRoutes.NotFound(id);
        }

        await access.Record(request, AccessLog.Whole, id, nameof(GetDecision), cancellation);
        var customer = await contacts.Find(current, cancellation);
        var texts = await contacts.Texts(current, cancellation);
        var log = await cases.ReadLog(id, cancellation);
        var reports = await directory.ReportsOf(current.Complaint.DriverId, cancellation);
        var record = DriverRecord.Of(
            current.Complaint.DriverId,
            reports,
            new(current.Id, current.Complaint.Violation, current.FiledAt),
            options.Value.Period,
            options.Value.Ladder is { Count: > 0 } ladder ? ladder : content.Ladder,
            clock.GetUtcNow());
        return new OkObjectResult(new DecisionView(
            current.Id,
            current.State.ToString(),
            current.Complaint.Violation.Name(),
            current.Decision,
            current.Statement,
            [.. log.Select(entry => entry.Event).OfType<StatementReceived>().Select(received => texts.GetValueOrDefault(received.Text, Purged))],
            customer?.Text,
            DriverRecordView.Of(record),
            await AdminRecord(current.Complaint.DriverId, cancellation),
            [.. log.Select(entry => GroundsView.Of(entry, texts)).OfType<GroundsView>()]));
    }

    /// <summary>A driver admin that is away keeps nobody from deciding: the answer says that its record is missing.</summary>
    private async Task<AdminRecordView> AdminRecord(string driverId, CancellationToken cancellation)
    {
        try
        {
            var outcomes = await admin.RecordOf(driverId, cancellation) ?? [];
            return new(IsKnown: true, [.. outcomes.Select(one => new ConcludedBeforeView(one.Kind.Name(), Korea.TimeOf(one.ConcludedAt)))]);
        }
        catch (OutsideSystemUnavailableException)
        {
            return new(IsKnown: false, []);
        }
    }

    internal const string Purged = "(파기됨)";
}

/// <param name="Statement">Whether the driver was heard.</param>
/// <param name="Statements">What the driver said.</param>
/// <param name="Complaint">What the customer said; null where nothing was written, or when it was purged.</param>
/// <param name="Driver">The driver's record, this report included.</param>
/// <param name="Admin">What the driver admin has on record about the driver.</param>
/// <param name="Grounds">What people decided so far, and why.</param>
public sealed record DecisionView(
    string Id,
    string State,
    string Violation,
    DecisionState Decision,
    StatementState Statement,
    IReadOnlyList<string> Statements,
    string? Complaint,
    DriverRecordView Driver,
    AdminRecordView Admin,
    IReadOnlyList<GroundsView> Grounds)
{
    public static DecisionView Example => new(
        "pr-5k2m8q0v3x7c9d1f", nameof(CaseState.AwaitingDecision), "난폭운전", DecisionState.Awaited, StatementState.Received, ["신호를 지켜 운행했습니다."],
        "과속이 심했어요.",
        new("D-1029", new(2025, 9, 18), [new("난폭운전", 3), new("현금요구", 1)], 4, new(3, "warning", null, IsNew: false)),
        new(IsKnown: true, [new("warning", new(2026, 3, 2, 10, 0, 0, Korea.Offset))]),
        []);
}

/// <param name="Since">Reports filed before this KST date have expired.</param>
/// <param name="Counts">위반항목과 횟수.</param>
/// <param name="Suggestion">The highest step of the ladder that these counts reach; null where they reach none. A person decides.</param>
public sealed record DriverRecordView(
    string DriverId, DateOnly Since, IReadOnlyList<ViolationCount> Counts, int Total, SuggestionView? Suggestion)
{
    internal static DriverRecordView Of(DriverRecord record) => new(
        record.DriverId,
        Korea.DateOf(record.Since),
        [.. record.Counts.Select(count => new ViolationCount(count.Key.Name(), count.Value))],
        record.Total,
        record.Suggestion is { Step: var step, IsNew: var isNew } ? new(step.Count, step.Suggests.Name(), step.Violation?.Name(), isNew) : null);
}

/// <param name="IsKnown">False: the driver admin did not answer, and there may be more.</param>
/// <param name="Outcomes">Newest first.</param>
public sealed record AdminRecordView(bool IsKnown, IReadOnlyList<ConcludedBeforeView> Outcomes);

/// <param name="ConcludedAt">KST.</param>
public sealed record ConcludedBeforeView(string Kind, DateTimeOffset ConcludedAt);

public sealed record ViolationCount(string Violation, int Count);

/// <param name="From">Number of reports from which on this is suggested.</param>
/// <param name="Violation">The one violation that is counted; null: all.</param>
/// <param name="IsNew">This report crossed the step; otherwise it was reached without it.</param>
public sealed record SuggestionView(int From, string Outcome, string? Violation, bool IsNew);

/// <summary>Who decided what, and the reason in that person's words.</summary>
public sealed record GroundsView(DateTimeOffset At, string By, string What, string Reason)
{
    internal static GroundsView? Of(LogEntry entry, IReadOnlyDictionary<string, string> texts)
    {
        var written = entry.Event switch
        {
            FilingApproved approved => approved.Reason,
            FilingRefused refused => refused.Reason,
            ManagerAnswered answered => answered.Reason,
            HandoverSettled settled => settled.Reason,
            HandedToManager handed => handed.Text,
            ComplaintWithdrawn withdrawn => withdrawn.Reason,
            CaseReopened reopened => reopened.Reason,
            AppealFiled filed => filed.Reason,
            AppealRejected rejected => rejected.Reason,
            OutcomeOverturned overturned => overturned.Reason,
            UnblockOrdered ordered => ordered.Reason,
            MessageResendOrdered ordered => ordered.Reason,
            StatementWaived waived => waived.Reason,
            _ => null,
        };
        return written is null
            ? null
            : new(Korea.TimeOf(entry.At), entry.By, TimelineText.Of(entry.Event), texts.GetValueOrDefault(written, GetDecision.Purged));
    }
}

/// <summary>Settings <c>DriverRecord:*</c>.</summary>
public sealed class DriverRecordOptions
{
    public const string Section = "DriverRecord";

    /// <summary>How long a report counts for a driver.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromDays(365);

    /// <summary>Steps of the suggestion ladder; without any, those of <c>Content/driver-ladder.json</c>.</summary>
    public IList<LadderStep> Ladder { get; set; } = [];

    internal IEnumerable<string> Problems() =>
    [
        .. SettingRules.Between($"{Section}:Period", Period, TimeSpan.FromDays(30), TimeSpan.FromDays(3 * 365)),
        .. LadderRules.Problems($"{Section}:Ladder", Ladder),
    ];
}
