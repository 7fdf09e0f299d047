namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/appeal</c> {"appeal","reason","kind"?,"concludedAt"?}: the driver appeals against the outcome ("filed": once,
/// within the period), and a named manager rejects or grants it; granted, the outcome given stands instead. Meanwhile a message not yet sent waits. 400,
/// 404, 409.
/// </summary>
public sealed class RecordAppeal(CaseRoutes routes, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    [Function(nameof(RecordAppeal))]
    [Allowed(Role.Manager)]
    [Api(
        "The driver's appeal, and what was decided about it", Body = typeof(AppealForm), Answer = typeof(CaseStateView),
        Refusals = ["404 unknown_case", "409 already_in_target_state", "409 invalid_transition"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/appeal")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<AppealForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(RecordAppeal));
        return await routes.ChangeFor(call, form.Reason!, (_, reason) => [form.Happened(call.Person, reason, clock.GetUtcNow())], cancellation);
    }
}

/// <param name="Appeal">filed, rejected or granted.</param>
/// <param name="Kind">With granted: the outcome that stands instead.</param>
public sealed record AppealForm(string? Appeal, string? Reason, string? Kind = null) : IForm
{
    private const string Filed = "filed";
    private const string Rejected = "rejected";
    private const string Granted = "granted";

    public static AppealForm Example => new(Granted, "블랙박스 영상으로 신호 준수 확인", "no-violation");

    internal CaseEvent Happened(string by, string reason, DateTimeOffset now) => Appeal switch
    {
        Filed => new AppealFiled(by, reason),
        Rejected => new AppealRejected(by, reason),
        Granted => new OutcomeOverturned(OutcomeTerms.KindOf(Kind)!.Value, by, now, reason),
        _ => throw new InvalidOperationException($"'{Appeal}' passed as a step of an appeal."),
    };

    IEnumerable<string> IForm.Problems() =>
    [
        .. RequestForm.OneOf("appeal", Appeal, [Filed, Rejected, Granted]),
        .. RequestForm.Reason(Reason),
        .. Appeal == Granted ? RequestForm.OneOf("kind", Kind, OutcomeTerms.Names) : [],
    ];
}
