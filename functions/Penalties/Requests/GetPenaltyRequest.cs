using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary><c>GET /api/penalty-requests/{id}</c>: the case as people read it, everything personal masked. 404.</summary>
public sealed class GetPenaltyRequest(CaseStore cases, ContactStore contacts, Snapshots snapshots)
{
    [Function(nameof(GetPenaltyRequest))]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "penalty-requests/{id}")] HttpRequest request, string id, CancellationToken cancellation)
    {
        if (await cases.Find(id, cancellation) is not { } current)
        {
            return CaseRoutes.NotFound(id);
        }

        var customer = await contacts.Find(id, cancellation);
        var due = snapshots.Due(current);
        var log = await cases.ReadLog(id, cancellation);
        return new OkObjectResult(new CaseView(
            current.Id,
            current.State.ToString(),
            current.Complaint.Ticket,
            current.Complaint.Centre.Name(),
            current.Complaint.Violation.Name(),
            current.Complaint.CallType.Name(),
            current.Complaint.IsUrgent,
            current.Complaint.DriverId,
            customer is null ? null : new(Masking.Phone(customer.Phone), Masking.Name(customer.Name)),
            FacetView.Of(current),
            current.ReContacts,
            due is { } at ? Korea.TimeOf(at) : null,
            due is { } told && current.Promise is PromiseState.Promised ? FollowUpPolicy.ToldDate(told, current.AskedWhenAt) : null,
            [.. log.Select(entry => new TimelineEntry(entry.Seq, Korea.TimeOf(entry.At), entry.By, TimelineText.Of(entry.Event)))]));
    }
}

public sealed record CaseView(
    string Id,
    string State,
    string Ticket,
    string Centre,
    string Violation,
    string CallType,
    bool Urgent,
    string DriverId,
    CustomerView? Customer,
    FacetView Facets,
    int ReContacts,
    DateTimeOffset? Due,
    DateOnly? ToldBy,
    IReadOnlyList<TimelineEntry> Timeline);

/// <summary>Masked: 010-****-5678 and 홍*동.</summary>
public sealed record CustomerView(string Phone, string? Name);

public sealed record FacetView(
    DecisionState Decision, BoardState Board, BlockState Block, PromiseState Promise, int FeedbackStage, OutcomeState Outcome, string? OutcomeKind,
    MessageState Message, HandoverState Handover)
{
    internal static FacetView Of(PenaltyCase current) => new(
        current.Decision,
        current.Board,
        current.Block,
        current.Promise,
        current.FeedbackStage,
        current.Outcome,
        current.OutcomeKind?.Name(),
        current.Message,
        current.Handover);
}

/// <param name="At">In KST.</param>
public sealed record TimelineEntry(long Seq, DateTimeOffset At, string By, string What);
