using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Managers;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/decision</c> {"decision":"file"|"do-not-file"|"answered","by","reason"}: a named manager decides whether the
/// penalty request is filed, or says that the customer was answered by a person. 200 with the case's state; 400, 404, 409.
/// </summary>
public sealed class RecordDecision(CaseStore cases, CaseStarter starter)
{
    [Function(nameof(RecordDecision))]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "penalty-requests/{id}/decision")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<DecisionForm>(request, cancellation);
        if (form is null || form.Problems().ToList() is { Count: > 0 } problems && (bad = RequestForm.Invalid(problems)) is not null)
        {
            return bad!;
        }

        CaseEvent happened = form.Decision switch
        {
            DecisionForm.File => new FilingApproved(form.By!, form.Reason!),
            DecisionForm.DoNotFile => new FilingRefused(form.By!, form.Reason!),
            _ => new ManagerAnswered(form.By!, form.Reason!),
        };

        return await CaseRoutes.Change(cases, starter, durable, id, form.By!, happened, cancellation);
    }
}

public sealed record DecisionForm(string? Decision, string? By, string? Reason)
{
    public const string File = "file";
    public const string DoNotFile = "do-not-file";
    public const string Answered = "answered";

    internal IEnumerable<string> Problems() =>
    [
        .. Decision is File or DoNotFile or Answered ? Array.Empty<string>() : [$"decision: allowed: {File}, {DoNotFile}, {Answered}."],
        .. RequestForm.Person("by", By),
        .. Reason is { Length: > 0 and <= 500 } ? Array.Empty<string>() : ["reason: 1 to 500 characters are required."],
    ];
}
