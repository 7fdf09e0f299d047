namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/statement</c> {"statement","text"}: the driver's own words (소명) were received, or the driver has nothing to say.
/// Shown before a decision. 400, 404, 409.
/// </summary>
public sealed class RecordStatement(CaseRoutes routes)
{
    [Function(nameof(RecordStatement))]
    [Allowed(Role.Manager)]
    [Api(
        "The driver's own statement", Body = typeof(StatementForm), Answer = typeof(CaseStateView),
        Refusals = ["404 unknown_case", "409 already_in_target_state", "409 invalid_transition"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/statement")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<StatementForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(RecordStatement));
        return await routes.ChangeFor(
            call,
            form.Text!,
            (_, text) => form.Statement == StatementForm.Received ? [new StatementReceived(call.Person, text)] : [new StatementWaived(call.Person, text)],
            cancellation);
    }
}

/// <param name="Statement">received or waived.</param>
/// <param name="Text">The driver's words, or how the driver waived; 1 to 2,000 characters.</param>
public sealed record StatementForm(string? Statement, string? Text) : IForm
{
    internal const string Received = "received";

    private const string Waived = "waived";
    private const int LongestText = 2_000;

    public static StatementForm Example => new(Received, "신호를 지켜 운행했고 급정거는 한 번 있었습니다.");

    IEnumerable<string> IForm.Problems() =>
    [
        .. RequestForm.OneOf("statement", Statement, [Received, Waived]),
        .. Text is { Length: <= LongestText } && !string.IsNullOrWhiteSpace(Text) ? Array.Empty<string>() : [$"text: 1 to {LongestText} characters are required."],
    ];
}
