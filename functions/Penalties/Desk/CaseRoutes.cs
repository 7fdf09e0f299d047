namespace Penalties.Desk;

/// <summary>What routes that change one case share: 200 with its state, 404 without such a case, 409 for a change its state does not allow.</summary>
public sealed class CaseRoutes(CaseStore cases, CaseStarter starter, ContactStore contacts)
{
    /// <param name="decide">Pure: what happens to the case as it stands; nothing where it is known already.</param>
    /// <param name="answer">The body of the 200; the case's state where it is left out.</param>
    /// <param name="delivery">Key by which a request sent again is recognised; it then changes nothing more.</param>
    public async Task<IActionResult> Change(
        CaseCall call,
        Func<PenaltyCase, IEnumerable<CaseEvent>> decide,
        CancellationToken cancellation,
        Func<PenaltyCase, object>? answer = null,
        string? delivery = null)
    {
        if (!CaseId.IsWellFormed(call.Id, call.Kind))
        {
            return NotFound(call.Id);
        }

        var change = await cases.Change(call.Id, new(call.Person, call.Why), decide, cancellation, delivery is null ? null : [delivery]);
        if (change.Case is not { } current)
        {
            return NotFound(call.Id);
        }

        // Knocked at whatever came of it: a request sent again makes up for a knock that was lost with the first one's host.
        var isKnocked = await starter.StartAndKnock(call.Durable, current);
        return change.Refusal is { } refusal ? Refused(refusal) : new OkObjectResult(answer is null ? CaseStateView.Of(current, isKnocked) : answer(current));
    }

    /// <summary>The same with a person's reason, which may name people: it is kept with the contact data, and the event holds where it stands.</summary>
    /// <param name="decide">What happens, told where the reason stands.</param>
    public async Task<IActionResult> ChangeFor(
        CaseCall call, string reason, Func<PenaltyCase, string, IEnumerable<CaseEvent>> decide, CancellationToken cancellation, Func<PenaltyCase, object>? answer = null)
    {
        if (!CaseId.IsWellFormed(call.Id, call.Kind) || await cases.Find(call.Id, cancellation) is not { } current)
        {
            return NotFound(call.Id);
        }

        var written = await contacts.WriteText(current, reason, cancellation);
        return await Change(call, known => decide(known, written), cancellation, answer);
    }

    /// <summary>The refusal of what needs the customer's number or id on a case that has them no more; null where they are there.</summary>
    public async Task<IActionResult?> Purged(string id, CancellationToken cancellation) =>
        CaseId.IsWellFormed(id, CaseKind.Penalty) && await cases.Find(id, cancellation) is { } current && await contacts.Find(current, cancellation) is null
            ? Problem.Result(409, "contact_purged", "The customer's contact data was purged; file the complaint again.")
            : null;

    public static IActionResult NotFound(string id) =>
        Problem.Result(404, "unknown_case", $"There is no case '{(id.Length <= 40 ? id : id[..40])}'.");

    private static ObjectResult Refused(Refusal refusal) => Problem.Result(409, Code(refusal.Kind), refusal.ToString());

    private static string Code(RefusalKind kind) => kind switch
    {
        RefusalKind.AlreadyInTargetState => "already_in_target_state",
        RefusalKind.InvalidTransition => "invalid_transition",
    };
}

/// <summary>A request about one case.</summary>
/// <param name="Person">Who asks.</param>
/// <param name="Why">Name of the function that serves it.</param>
public sealed record CaseCall(DurableTaskClient Durable, string Person, string Id, string Why, CaseKind Kind = CaseKind.Penalty)
{
    /// <summary>By the caller the request's token names.</summary>
    internal static CaseCall By(HttpRequest request, DurableTaskClient durable, string id, string why, CaseKind kind = CaseKind.Penalty) =>
        new(durable, request.Caller().Person, id, why, kind);
}

/// <summary>A case in one line.</summary>
/// <param name="Pending">Why what was asked for is stored and not yet begun; null where it is.</param>
public sealed record CaseStateView(string Id, string State, string? Pending = null)
{
    /// <summary>The durable engine did not answer: it is told of the change as soon as it does.</summary>
    public const string TaskHubAway = "task_hub_away";

    public static CaseStateView Example => new("pr-5k2m8q0v3x7c9d1f", nameof(CaseState.AnswerPromised));

    internal static CaseStateView Of(PenaltyCase current, bool isKnocked) =>
        new(current.Id, current.State.ToString(), isKnocked ? null : TaskHubAway);
}
