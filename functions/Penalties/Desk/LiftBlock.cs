namespace Penalties.Desk;

/// <summary>
/// <c>DELETE /api/penalty-requests/{id}/block</c> {"reason"}: a manager lifts a confirmed block, in both directions; it goes through the queue as the
/// block did. A text not yet sent then says nothing about being matched again. 400, 404, 409.
/// </summary>
public sealed class LiftBlock(CaseRoutes routes)
{
    [Function(nameof(LiftBlock))]
    [Allowed(Role.Manager)]
    [Api(
        "A manager lifts the block", Body = typeof(ReasonForm), Answer = typeof(CaseStateView),
        Refusals = ["404 unknown_case", "409 already_in_target_state", "409 invalid_transition"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "penalty-requests/{id}/block")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<ReasonForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(LiftBlock));
        return await routes.ChangeFor(call, form.Reason!, (_, reason) => [new UnblockOrdered(call.Person, reason)], cancellation);
    }
}
