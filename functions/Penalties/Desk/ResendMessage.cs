namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/resend</c> {"reason"}: a manager lets the program send the answer again after one that failed, never after one that
/// was delivered or may still be. Truth, window and pause hold for it as for the first. 400, 404, 409.
/// </summary>
public sealed class ResendMessage(CaseRoutes routes)
{
    [Function(nameof(ResendMessage))]
    [Allowed(Role.Manager)]
    [Api(
        "The answer is sent again after one that failed", Body = typeof(ReasonForm), Answer = typeof(CaseStateView),
        Refusals = ["404 unknown_case", "409 already_in_target_state", "409 invalid_transition"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/resend")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<ReasonForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(ResendMessage));
        return await routes.ChangeFor(call, form.Reason!, (_, reason) => [new MessageResendOrdered(call.Person, reason)], cancellation);
    }
}
