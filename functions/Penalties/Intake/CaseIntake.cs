using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Intake;

/// <summary>
/// Files a complaint or raises the facets of the case it belongs to: a signed webhook is an upsert by account, ticket and kind. The case is
/// stored before it is started; a repeat starts it again, so that a start that was lost is made up for.
/// </summary>
public sealed class CaseIntake(CaseStore cases, ContactStore contacts, ComplaintMapper mapper, CaseStarter starter, IOptions<FollowUpOptions> followUp)
{
    public const string Filed = "filed";
    public const string Updated = "updated";
    public const string Duplicate = "duplicate";

    public async Task<Received> Receive(DurableTaskClient durable, string source, ComplaintForm form, string delivery, CancellationToken cancellation)
    {
        var complaint = mapper.Complaint(source, form);
        var contact = ComplaintMapper.Contact(form);
        var caseId = CaseId.Of(complaint.Account, complaint.Ticket, complaint.Kind);
        var by = form.Agent is { } agent ? $"{source}:{agent}" : source;

        // Contact data first: a case that runs always has a customer to answer.
        await contacts.Add(caseId, contact, cancellation);
        var filed = await cases.File(
            new(caseId, complaint, followUp.Value.ToPolicy()), ComplaintMapper.Facets(form, known: null), by, delivery, cancellation);
        if (filed is not null)
        {
            await starter.Start(durable, filed, cancellation);
            return new(caseId, Filed);
        }

        var change = await cases.Change(caseId, by, known => WhatIsNew(known, complaint, form), cancellation, delivery);
        var current = change.Case ?? throw new InvalidOperationException($"Case {caseId} exists and cannot be read.");
        var isRenewed = IsSame(current.Complaint, complaint) && await contacts.Renew(caseId, contact, cancellation);
        await starter.StartAndKnock(durable, current, cancellation);
        return new(caseId, change.Happened.Count > 0 || isRenewed ? Updated : Duplicate);
    }

    private static bool IsSame(Complaint filed, Complaint told) => Essence(filed) == Essence(told);

    private static ComplaintDiffered Essence(Complaint complaint) =>
        new(complaint.RideKey, complaint.DriverId, complaint.CustomerKey, complaint.Violation);

    /// <summary>Facets of the same complaint rise; another ride, driver, customer or violation on the same ticket is a manager's to look at, once.</summary>
    private static IEnumerable<CaseEvent> WhatIsNew(PenaltyCase known, Complaint complaint, ComplaintForm form)
    {
        return IsSame(known.Complaint, complaint) ? ComplaintMapper.Facets(form, known)
            : Essence(complaint) == known.Difference ? []
            : [Essence(complaint)];
    }
}

public sealed record Received(string CaseId, string Status);
