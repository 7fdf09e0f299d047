using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>
/// <c>POST /api/driver-outcomes</c> {"caseId","kind","decidedBy","concludedAt"}: what a named person concluded about the driver. An early outcome
/// is kept until the answer is due. The same outcome again is no change: 200. 400, 404, 409.
/// </summary>
public sealed class RecordDriverOutcome(CaseStore cases, CaseStarter starter, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
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

        var happened = new OutcomeConcluded(OutcomeTerms.KindOf(form.Kind)!.Value, form.DecidedBy!, form.ConcludedAt!.Value);
        var known = await cases.Find(form.CaseId!, cancellation);
        if (known is not null && known.OutcomeKind == happened.Kind && known.ConcludedAt == happened.ConcludedAt)
        {
            return new OkObjectResult(new { id = known.Id, state = known.State.ToString() });
        }

        return await CaseRoutes.Change(cases, starter, durable, form.CaseId!, happened.DecidedBy, happened, cancellation);
    }
}

public sealed record OutcomeForm(string? CaseId, string? Kind, string? DecidedBy, DateTimeOffset? ConcludedAt)
{
    internal IEnumerable<string> Problems(DateTimeOffset latest) =>
    [
        .. CaseId is { Length: > 0 and <= 40 } ? Array.Empty<string>() : ["caseId: the id of a case is required."],
        .. OutcomeTerms.KindOf(Kind) is not null ? Array.Empty<string>() : [$"kind: allowed: {string.Join(", ", OutcomeTerms.Names)}."],
        .. RequestForm.Person("decidedBy", DecidedBy),
        .. ConcludedAt <= latest ? Array.Empty<string>() : ["concludedAt: a time that has passed, such as 2026-09-20T10:00:00+09:00, is required."],
    ];
}
