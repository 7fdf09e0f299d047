using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>
/// <c>POST /api/driver-outcomes</c> {"caseId","kind","decidedBy","concludedAt"}: what a named person concluded about the driver. An early outcome
/// is kept until the answer is due. A later outcome corrects an earlier one, until the message is sent; after that it goes to
/// a manager. The same or an older one changes nothing: 200. 400, 404, 409.
/// </summary>
public sealed class RecordDriverOutcome(CaseRoutes routes, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    /// <summary>How far the deciding system's clock may be ahead of ours.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    [Function(nameof(RecordDriverOutcome))]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "driver-outcomes")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<OutcomeForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        if (form.Problems(clock.GetUtcNow() + Ahead).ToList() is { Count: > 0 } problems)
        {
            return RequestForm.Invalid(problems);
        }

        var told = new OutcomeConcluded(OutcomeTerms.KindOf(form.Kind)!.Value, form.DecidedBy!, form.ConcludedAt!.Value);
        return await routes.Change(durable, form.CaseId!, told.DecidedBy, known => WhatIsNew(known, told), CaseRoutes.State, cancellation);
    }

    /// <summary>The first outcome concludes; a later one corrects; one that is older than what is known tells nothing, whatever order they arrive in.</summary>
    private static IEnumerable<CaseEvent> WhatIsNew(PenaltyCase known, OutcomeConcluded told) => known switch
    {
        { Outcome: OutcomeState.Unknown } => [told],
        _ when told.ConcludedAt <= known.ConcludedAt => [],
        _ => [new OutcomeCorrected(told.Kind, told.DecidedBy, told.ConcludedAt)],
    };
}

public sealed record OutcomeForm(string? CaseId, string? Kind, string? DecidedBy, DateTimeOffset? ConcludedAt)
{
    internal IEnumerable<string> Problems(DateTimeOffset latest) =>
    [
        .. CaseId is { Length: > 0 and <= 40 } ? Array.Empty<string>() : ["caseId: the id of a case is required."],
        .. OutcomeTerms.KindOf(Kind) is not null ? Array.Empty<string>() : [$"kind: allowed: {string.Join(", ", OutcomeTerms.Names)}."],
        .. RequestForm.Person("decidedBy", DecidedBy),
        .. ConcludedAt <= latest && ConcludedAt > latest.AddYears(-1) ? Array.Empty<string>() : ["concludedAt: a time within the last year, such as 2026-09-20T10:00:00+09:00, is required."],
    ];
}
