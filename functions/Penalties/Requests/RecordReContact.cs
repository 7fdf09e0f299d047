using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/re-contacts</c> {"contact","by","askedWhen"?}: the customer asks again (재인입). Answers what the agent may
/// truthfully say: the case's state, the date it was received and, where one is promised, the date told. The same contact again is counted
/// once. 400, 404.
/// </summary>
public sealed class RecordReContact(CaseRoutes routes, Snapshots snapshots)
{
    [Function(nameof(RecordReContact))]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "penalty-requests/{id}/re-contacts")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<ReContactForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        string[] problems = [.. RequestForm.Person("by", form.By), .. RequestForm.Person("contact", form.Contact)];
        return problems.Length > 0
            ? RequestForm.Invalid(problems)
            : await routes.Change(durable, id, form.By!, _ => [new ReContacted(form.AskedWhen)], Answer, cancellation, $"contact-{form.Contact}");
    }

    private ReContactAnswer Answer(PenaltyCase current) => new(
        current.Id,
        current.State.ToString(),
        current.ReContacts,
        BoardText.Day(Korea.DateOf(current.FiledAt)),
        current.Promise is PromiseState.Promised && snapshots.Due(current) is { } due
            ? BoardText.Day(FollowUpPolicy.ToldDate(due, current.AskedWhenAt))
            : null,
        current.Promise is PromiseState.Answered);
}

/// <param name="Contact">The contact's id in the caller's system (a call or chat id), by which a request sent again is recognised.</param>
public sealed record ReContactForm(string? Contact, string? By, bool AskedWhen = false);

/// <param name="ReceivedOn">The complaint's date, such as "09월 18일".</param>
/// <param name="ToldBy">The date the customer is told; null without an open promise.</param>
/// <param name="Answered">The answer was sent before this contact.</param>
public sealed record ReContactAnswer(string Id, string State, int ReContacts, string ReceivedOn, string? ToldBy, bool Answered);
