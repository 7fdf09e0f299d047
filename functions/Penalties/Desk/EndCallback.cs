namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/callbacks/{id}/result</c> {"result","reason"}: a manager phoned the customer ("done"), or decided not to ("cancelled"), or phoned and
/// nobody answered ("no-answer", 부재): that counts the try, and the callback is due again. After the third a manager decides: "cancelled", "done" by
/// another way, or "again". 400, 404, 409.
/// </summary>
public sealed class EndCallback(CaseRoutes routes)
{
    [Function(nameof(EndCallback))]
    [Allowed(Role.Manager)]
    [Api(
        "The customer was phoned, did not answer, or is not to be phoned", Body = typeof(CallbackResultForm), Answer = typeof(CaseStateView),
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
        return await routes.ChangeFor(call, form.Reason!, (_, reason) => [form.Happened(call.Person, reason)], cancellation);
    }
}

/// <param name="Result">done, cancelled, no-answer; or again, after the third no-answer.</param>
/// <param name="Reason">What was spoken of, or why not; kept with the contact data.</param>
public sealed record CallbackResultForm(string? Result, string? Reason) : IForm
{
    private const string Done = "done";
    private const string Cancelled = "cancelled";
    private const string NoAnswer = "no-answer";
    private const string Again = "again";

    public static CallbackResultForm Example => new(Done, "통화 완료, 추가 요청 없음");

    internal CaseEvent Happened(string by, string reason) => Result switch
    {
        Done => new CallbackDone(by, reason),
        Cancelled => new CallbackCancelled(by, reason),
        NoAnswer => new CallbackUnanswered(by, reason),
        Again => new HandoverSettled(by, reason),
        _ => throw new InvalidOperationException($"'{Result}' passed as the result of a callback."),
    };

    IEnumerable<string> IForm.Problems() => [.. RequestForm.OneOf("result", Result, [Done, Cancelled, NoAnswer, Again]), .. RequestForm.Reason(Reason)];
}
