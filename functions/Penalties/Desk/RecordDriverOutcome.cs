namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/outcome</c> {"kind","concludedAt","decidedBy"?}: what a named person concluded about the driver, recorded by a
/// manager. An early outcome is kept until the answer is due; a later one corrects an earlier until the message is sent, after that it goes to a manager.
/// The same or an older one changes nothing: 200; one from before the complaint is about something else. 400, 404, 409.
/// </summary>
public sealed class RecordDriverOutcome(CaseRoutes routes, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    [Function(nameof(RecordDriverOutcome))]
    [Allowed(Role.Manager)]
    [Api("What a named person concluded about the driver", Body = typeof(OutcomeForm), Answer = typeof(CaseStateView), Refusals = ["404 unknown_case", "409 invalid_transition"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/outcome")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<OutcomeForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(RecordDriverOutcome));
        if (DriverOutcomes.Problems(form.Kind, form.DecidedBy ?? call.Person, form.ConcludedAt, clock.GetUtcNow()).ToList() is { Count: > 0 } problems)
        {
            return RequestForm.Invalid(problems);
        }

        var told = new OutcomeConcluded(OutcomeTerms.KindOf(form.Kind)!.Value, form.DecidedBy ?? call.Person, form.ConcludedAt!.Value);
        return await routes.Change(call, known => DriverOutcomes.WhatIsNew(known, told), cancellation);
    }
}

/// <param name="Kind">monitoring, re-education, warning, dispatch-restriction, app-suspension or no-violation.</param>
/// <param name="DecidedBy">Who concluded it; the caller where it is left out.</param>
public sealed record OutcomeForm(string? Kind, DateTimeOffset? ConcludedAt, string? DecidedBy = null) : IForm
{
    public static OutcomeForm Example => new("warning", new(2026, 9, 20, 10, 0, 0, Korea.Offset), "lead-3");

    IEnumerable<string> IForm.Problems() => [];
}
