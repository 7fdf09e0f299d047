namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/withdrawal</c> {"reason"}: the customer takes the complaint back. Nothing more is posted or sent, the driver's
/// record no longer counts it; a block stands until a manager lifts it. 400, 404, 409.
/// </summary>
public sealed class WithdrawComplaint(CaseRoutes routes)
{
    [Function(nameof(WithdrawComplaint))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api(
        "The customer takes the complaint back", Body = typeof(ReasonForm), Answer = typeof(CaseStateView),
        Refusals = ["404 unknown_case", "409 already_in_target_state"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/withdrawal")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<ReasonForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(WithdrawComplaint));
        return await routes.ChangeFor(call, form.Reason!, (_, reason) => [new ComplaintWithdrawn(call.Person, reason)], cancellation);
    }
}
