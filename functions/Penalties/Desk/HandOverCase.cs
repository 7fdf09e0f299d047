namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/hand-over</c> {"reason","answer"?}: a person asks a manager to look, at any point. With <c>answer</c> the manager
/// also gives the promised answer, and the program sends none. 400, 404, 409.
/// </summary>
public sealed class HandOverCase(CaseRoutes routes)
{
    [Function(nameof(HandOverCase))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api(
        "A manager is asked to look, or to answer", Body = typeof(HandOverForm), Answer = typeof(CaseStateView),
        Refusals = ["404 unknown_case", "409 already_in_target_state", "409 invalid_transition"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/hand-over")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<HandOverForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(HandOverCase));
        var why = form.Answer ? HandoverReason.AnswerTakenOver : HandoverReason.Requested;
        return await routes.ChangeFor(call, form.Reason!, (_, reason) => [new HandedToManager(why, call.Person, reason)], cancellation);
    }
}

/// <param name="Answer">The manager is to give the promised answer, too.</param>
public sealed record HandOverForm(string? Reason, bool Answer = false) : IForm
{
    public static HandOverForm Example => new("고객 불만이 커서 관리자 확인 필요", Answer: false);

    IEnumerable<string> IForm.Problems() => RequestForm.Reason(Reason);
}
