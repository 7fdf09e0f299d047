namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/callbacks/{id}/result</c> {"result","reason"}: a manager phoned the customer ("done"), or decided not to ("cancelled"). 400,
/// 404, 409.
/// </summary>
public sealed class EndCallback(CaseRoutes routes)
{
    [Function(nameof(EndCallback))]
    [Allowed(Role.Manager)]
    [Api(
        "The customer was phoned, or is not to be", Body = typeof(CallbackResultForm), Answer = typeof(CaseStateView),
        Refusals = ["404 unknown_case", "409 already_in_target_state", "409 invalid_transition"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "callbacks/{id}/result")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<CallbackResultForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(EndCallback), CaseKind.Callback);
        return await routes.ChangeFor(
            call,
            form.Reason!,
            (_, reason) => form.Result == CallbackResultForm.Done ? [new CallbackDone(call.Person, reason)] : [new CallbackCancelled(call.Person, reason)],
            cancellation);
    }
}

/// <param name="Result">done or cancelled.</param>
/// <param name="Reason">What was spoken of, or why not; kept with the contact data.</param>
public sealed record CallbackResultForm(string? Result, string? Reason) : IForm
{
    internal const string Done = "done";

    private const string Cancelled = "cancelled";

    public static CallbackResultForm Example => new(Done, "통화 완료, 추가 요청 없음");

    IEnumerable<string> IForm.Problems() => [.. RequestForm.OneOf("result", Result, [Done, Cancelled]), .. RequestForm.Reason(Reason)];
}
