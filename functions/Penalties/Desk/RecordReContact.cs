namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/re-contacts</c> {"contact","askedWhen"?}: the customer asks again (재인입). Answers what the agent may
/// truthfully say, in words: the case's state, the date of the complaint and, where an answer is promised, the day told. The same contact
/// again is counted once. 400, 404.
/// </summary>
public sealed class RecordReContact(CaseRoutes routes, ReContactAnswers answers)
{
    [Function(nameof(RecordReContact))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api("The customer asks again; answers what may be said", Body = typeof(ReContactForm), Answer = typeof(ReContactAnswer), Refusals = ["404 unknown_case"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/re-contacts")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<ReContactForm>(request, cancellation);
        return form is null
            ? bad!
            : await routes.Change(
                CaseCall.By(request, durable, id, nameof(RecordReContact)),
                current => [answers.Told(current, form.AskedWhen)],
                cancellation,
                current => answers.Of(current, form.AskedWhen),
                form.Delivery);
    }
}

/// <param name="Contact">The contact's id in the caller's system (a call or chat id), by which a request sent again is recognised.</param>
/// <param name="AskedWhen">The customer asked when the answer comes.</param>
public sealed record ReContactForm(string? Contact, bool AskedWhen = false) : IForm
{
    public static ReContactForm Example => new("call-20260920-0412", AskedWhen: true);

    internal string Delivery => $"contact-{Contact}";

    IEnumerable<string> IForm.Problems() => RequestForm.Person("contact", Contact);
}
