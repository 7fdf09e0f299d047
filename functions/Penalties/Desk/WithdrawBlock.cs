namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/block/withdrawal</c> {"reason"}: the customer takes the consent to the block back. Where its command was not begun,
/// none goes out; after that a manager is asked to lift the block, and a text not yet sent says nothing of it. 400, 404, 409.
/// </summary>
public sealed class WithdrawBlock(CaseRoutes routes)
{
    [Function(nameof(WithdrawBlock))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api(
        "The customer takes the consent to the block back", Body = typeof(ReasonForm), Answer = typeof(CaseStateView),
        Refusals = ["404 unknown_case", "409 already_in_target_state", "409 invalid_transition"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/block/withdrawal")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<ReasonForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(WithdrawBlock));
        return await routes.ChangeFor(call, form.Reason!, (known, reason) => BlockConsent.TakenBack(known, text: reason), cancellation);
    }
}
