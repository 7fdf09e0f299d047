namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/reopening</c> {"reason","promise"?}: a manager opens a closed or withdrawn case again; it stays with a manager until
/// settled. With <c>promise</c> the customer wants an answer after all, and D+3 runs from now. 400, 404, 409.
/// </summary>
public sealed class ReopenCase(CaseRoutes routes)
{
    [Function(nameof(ReopenCase))]
    [Allowed(Role.Manager)]
    [Api(
        "A closed case is opened again", Body = typeof(ReopeningForm), Answer = typeof(CaseStateView),
        Refusals = ["404 unknown_case", "409 already_in_target_state", "409 invalid_transition", "409 contact_purged"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/reopening")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<ReopeningForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(ReopenCase));
        return form.Promise && await routes.Purged(id, cancellation) is { } purged ? purged : await routes.ChangeFor(
            call,
            form.Reason!,
            (_, reason) => form.Promise ? [new CaseReopened(call.Person, reason), new FeedbackPromised()] : [new CaseReopened(call.Person, reason)],
            cancellation);
    }
}

/// <param name="Promise">The customer wants to be told the result after all.</param>
public sealed record ReopeningForm(string? Reason, bool Promise = false) : IForm
{
    public static ReopeningForm Example => new("고객이 다시 회신을 원함", Promise: true);

    IEnumerable<string> IForm.Problems() => RequestForm.Reason(Reason);
}
