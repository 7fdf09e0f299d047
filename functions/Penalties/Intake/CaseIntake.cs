using Microsoft.DurableTask.Client;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Intake;

/// <summary>
/// Files a complaint or raises the facets of the case it belongs to: a signed webhook is an upsert by account, ticket and kind. The case is
/// stored before it is started; a repeat starts it again, so that a start that was lost is made up for.
/// </summary>
public sealed class CaseIntake(CaseStore cases, ContactStore contacts, ComplaintMapper mapper, CaseStarter starter)
{
    public const string Filed = "filed";
    public const string Updated = "updated";
    public const string Duplicate = "duplicate";

    public async Task<Received> Receive(DurableTaskClient durable, string source, ComplaintForm form, string delivery, CancellationToken cancellation)
    {
        var complaint = mapper.Complaint(source, form);
        var caseId = CaseId.Of(complaint.Account, complaint.Ticket, complaint.Kind);
        var by = form.Agent is { } agent ? $"{source}:{agent}" : source;

        // Contact data first: a case that runs always has a customer to answer.
        await contacts.Write(caseId, ComplaintMapper.Contact(form), cancellation);
        var filed = await cases.File(new(caseId, complaint), ComplaintMapper.Facets(form, known: null), by, delivery, cancellation);
        if (filed is not null)
        {
            await starter.Start(durable, filed, cancellation);
            return new(caseId, Filed);
        }

        if (await cases.HasDelivery(caseId, delivery, cancellation))
        {
            await starter.Start(durable, await cases.Read(caseId, cancellation), cancellation);
            return new(caseId, Duplicate);
        }

        var change = await cases.Change(caseId, by, known => ComplaintMapper.Facets(form, known), cancellation, delivery);
        await starter.StartAndKnock(durable, change.Case!, cancellation);
        return new(caseId, change.Happened.Count > 0 ? Updated : Duplicate);
    }
}

public sealed record Received(string CaseId, string Status);
