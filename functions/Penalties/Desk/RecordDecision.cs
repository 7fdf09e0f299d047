namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/decision</c> {"decision","reason","way"?}: a manager decides whether the penalty request is filed ("file",
/// "do-not-file"), says that a person answered the customer ("answered", by telephone or in a text), or that what was handed over is dealt with
/// ("settled": a promised answer stays promised). What to decide on is at the same address. 400, 404, 409.
/// </summary>
public sealed class RecordDecision(CaseRoutes routes)
{
    [Function(nameof(RecordDecision))]
    [Allowed(Role.Manager)]
    [Api(
        "A manager decides", Body = typeof(DecisionForm), Answer = typeof(CaseStateView),
        Refusals = ["404 unknown_case", "409 already_in_target_state", "409 invalid_transition"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/decision")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<DecisionForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(RecordDecision));
        return await routes.ChangeFor(call, form.Reason!, (_, reason) => [form.Happened(call.Person, reason)], cancellation);
    }
}

/// <param name="Decision">file, do-not-file, answered or settled.</param>
/// <param name="Way">With answered: telephone, where it is left out, or text.</param>
public sealed record DecisionForm(string? Decision, string? Reason, string? Way = null) : IForm
{
    private const string File = "file";
    private const string DoNotFile = "do-not-file";
    private const string Answered = "answered";
    private const string Settled = "settled";

    private const string Telephone = "telephone";
    private const string Text = "text";

    public static DecisionForm Example => new(File, "동일 유형 신고 누적");

    internal CaseEvent Happened(string by, string reason) => Decision switch
    {
        File => new FilingApproved(by, reason),
        DoNotFile => new FilingRefused(by, reason),
        Settled => new HandoverSettled(by, reason),
        Answered => new ManagerAnswered(by, reason, Way == Text ? AnswerWay.Text : AnswerWay.Telephone),
        _ => throw new InvalidOperationException($"'{Decision}' passed as a decision."),
    };

    IEnumerable<string> IForm.Problems() =>
    [
        .. RequestForm.OneOf("decision", Decision, [File, DoNotFile, Answered, Settled]),
        .. RequestForm.Reason(Reason),
        .. Way is null ? []
            : Decision == Answered ? RequestForm.OneOf("way", Way, [Telephone, Text])
            : ["way: only with the decision that the customer was answered."],
    ];
}
