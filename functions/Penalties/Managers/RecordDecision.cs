using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Managers;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/decision</c> {"decision","by","reason"}: a named manager decides whether the penalty request is filed
/// ("file", "do-not-file"), says that a person answered the customer ("answered"), or that what was handed over is dealt with ("settled": a
/// promised answer stays promised). 200 with the case's state; 400, 404, 409.
/// </summary>
public sealed class RecordDecision(CaseRoutes routes, ContactStore contacts)
{
    [Function(nameof(RecordDecision))]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "penalty-requests/{id}/decision")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<DecisionForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        if (form.Problems().ToList() is { Count: > 0 } problems)
        {
            return RequestForm.Invalid(problems);
        }

        if (!CaseId.IsWellFormed(id))
        {
            return CaseRoutes.NotFound(id);
        }

        // What a person writes may name people: it is kept with the contact data and purged with it; the log keeps where it stood.
        var reason = await contacts.WriteText(id, form.Reason!, cancellation);
        CaseEvent happened = form.Decision switch
        {
            DecisionForm.File => new FilingApproved(form.By!, reason),
            DecisionForm.DoNotFile => new FilingRefused(form.By!, reason),
            DecisionForm.Settled => new HandoverSettled(form.By!, reason),
            _ => new ManagerAnswered(form.By!, reason),
        };

        return await routes.Change(durable, id, form.By!, _ => [happened], CaseRoutes.State, cancellation);
    }
}

public sealed record DecisionForm(string? Decision, string? By, string? Reason)
{
    public const string File = "file";
    public const string DoNotFile = "do-not-file";
    public const string Answered = "answered";
    public const string Settled = "settled";

    internal IEnumerable<string> Problems() =>
    [
        .. Decision is File or DoNotFile or Answered or Settled
            ? Array.Empty<string>()
            : [$"decision: allowed: {File}, {DoNotFile}, {Answered}, {Settled}."],
        .. RequestForm.Person("by", By),
        .. Reason is { Length: <= 500 } && !string.IsNullOrWhiteSpace(Reason) ? Array.Empty<string>() : ["reason: 1 to 500 characters are required."],
    ];
}
