namespace Penalties.Desk;

/// <summary><c>GET /api/penalty-requests/{id}/timeline</c>: what happened to a case, oldest first. 404.</summary>
public sealed class GetTimeline(CaseStore cases)
{
    [Function(nameof(GetTimeline))]
    [Allowed(Role.Agent | Role.Manager | Role.Operator | Role.Auditor)]
    [Api("What happened to a case, oldest first", Answer = typeof(IReadOnlyList<TimelineEntry>), Refusals = ["404 unknown_case"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "penalty-requests/{id}/timeline")] HttpRequest request, string id, CancellationToken cancellation)
    {
        var log = CaseId.IsWellFormed(id, CaseKind.Penalty) ? await cases.ReadLog(id, cancellation) : [];
        return log.Count == 0 ? CaseRoutes.NotFound(id) : new OkObjectResult(TimelineEntry.ListFor(request.Caller(), log));
    }
}

/// <param name="At">In KST.</param>
/// <param name="By">A person's id, or the program; null where it is who decided about the driver, and the caller is not told that.</param>
/// <param name="What">For people at the centre; never for a customer.</param>
/// <param name="Why">The function that recorded it.</param>
/// <param name="ForCustomer">What a customer may be told of it; null: nothing.</param>
public sealed record TimelineEntry(long Seq, DateTimeOffset At, string? By, string What, string Why, string? ForCustomer)
{
    public static TimelineEntry Example => Of(
        new(
            4, new(2026, 9, 18, 22, 30, 1, Korea.Offset), Actor.DriverAdmin, nameof(Blocking.RecordBlockResult),
            new BlockConfirmed(new(2026, 9, 18, 22, 30, 1, Korea.Offset))),
        seesOutcomes: false);

    internal static IReadOnlyList<TimelineEntry> ListFor(Caller caller, IEnumerable<LogEntry> log) => [.. log.Select(entry => Of(entry, caller.SeesOutcomes))];

    internal static TimelineEntry Of(LogEntry entry, bool seesOutcomes) => new(
        entry.Seq,
        Korea.TimeOf(entry.At),
        !seesOutcomes && entry.Event is IDecidedAboutDriver ? null : entry.By,
        seesOutcomes ? TimelineText.Of(entry.Event) : TimelineText.WithoutOutcome(entry.Event),
        entry.Why,
        TimelineText.ForCustomer(entry.Event));
}
