namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/block</c>: the customer agrees to the block, after all or once more after one that failed or was lifted, or after the
/// consent was taken back. 404, 409.
/// </summary>
public sealed class AgreeToBlock(CaseRoutes routes)
{
    [Function(nameof(AgreeToBlock))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api(
        "The customer agrees to the block", Answer = typeof(CaseStateView),
        Refusals = ["404 unknown_case", "409 already_in_target_state", "409 invalid_transition", "409 contact_purged"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/block")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation) =>
        await routes.Purged(id, cancellation) ?? await routes.Change(CaseCall.By(request, durable, id, nameof(AgreeToBlock)), known => [BlockConsent.Given(known)], cancellation);
}
