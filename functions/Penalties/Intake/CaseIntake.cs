using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Penalties.Intake.Sources;
using Penalties.Managers;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Intake;

/// <summary>
/// Files a complaint or raises the facets of the case it belongs to: a signed webhook is an upsert by account, ticket and kind. The same
/// customer complaining of the same driver and ride on another ticket is linked to the case there is, as a re-contact. The case is
/// stored before it is started; a repeat starts it again, so that a start that was lost is made up for.
/// </summary>
public sealed class CaseIntake(
    CaseStore cases, ContactStore contacts, ComplaintMapper mapper, CaseStarter starter, RefusedDeliveries notes, Callbacks callbacks,
    IOptions<FollowUpOptions> followUp)
{
    public const string Filed = "filed";
    public const string Updated = "updated";
    public const string Duplicate = "duplicate";
    public const string Linked = "linked";

    public async Task<Received> Receive(DurableTaskClient durable, string source, ComplaintForm form, Delivery delivery, CancellationToken cancellation)
    {
        var told = mapper.Map(source, form);
        var caseId = CaseId.Of(told.Complaint.Account, told.Complaint.Ticket, CaseKind.Penalty, told.Ride);
        var cause = new Cause(form.Agent is { } agent ? $"{source}:{agent}" : source, nameof(ReceiveCrmWebhook));

        if (await Earlier(told, caseId, cancellation) is { } earlier)
        {
            return await Link(durable, earlier, told, cause, delivery, cancellation);
        }

        await KeepCallbackNumber(told, cancellation);
        var filed = await cases.File(
            new(caseId, told.Complaint, followUp.Value.ToPolicy()),
            mapper.Facets(told, known: null).Concat(Unclear(told, caseId)),
            cause,
            delivery.Keys,
            cancellation);
        if (filed is not null)
        {
            await starter.Start(durable, filed, cancellation);
            return new(caseId, Filed);
        }

        var change = await cases.Change(caseId, cause, known => WhatIsNew(known, told), cancellation, delivery.Keys);
        var current = change.Case ?? throw new InvalidOperationException($"Case {caseId} exists and cannot be read.");
        var isRenewed = IsSame(current.Complaint, told.Complaint) && await contacts.Renew(current.ContactKey, told.Contact, cancellation);
        if (current.Complaint.MatchKey != told.Complaint.MatchKey)
        {
            await contacts.Release(told.Complaint.MatchKey, caseId, cancellation);
        }

        await starter.StartAndKnock(durable, current, cancellation);
        return new(caseId, change.Happened.Count > 0 || isRenewed ? Updated : Duplicate);
    }

    /// <summary>
    /// The case of another ticket this complaint belongs to, or null: the one that has the same customer, driver and ride, else the one the
    /// agent named, if it is the same customer's. Where there is none, the complaint is this case's from here on.
    /// </summary>
    private async Task<PenaltyCase?> Earlier(Told told, string caseId, CancellationToken cancellation)
    {
        if (told.EarlierCase is { } named && named != caseId
            && await cases.Find(named, cancellation) is { } earlier && earlier.Complaint.CustomerKey == told.Complaint.CustomerKey)
        {
            return earlier;
        }

        var matchKey = told.Complaint.MatchKey;
        var owner = await contacts.Claim(matchKey, caseId, told.Contact, cancellation);
        if (owner == caseId)
        {
            return null;
        }

        if (await cases.Find(owner, cancellation) is { } other && other.Complaint.MatchKey == matchKey)
        {
            return other;
        }

        // Claimed by a webhook whose case was never stored: whoever comes first files it.
        await contacts.TakeOver(matchKey, caseId, told.Contact, cancellation);
        return null;
    }

    private async Task<Received> Link(
        DurableTaskClient durable, PenaltyCase earlier, Told told, Cause cause, Delivery delivery, CancellationToken cancellation)
    {
        var ticket = new TicketLinked(told.Complaint.Account, told.Complaint.Ticket);
        await KeepCallbackNumber(told with { Complaint = earlier.Complaint }, cancellation);
        var change = await cases.Change(earlier.Id, cause, known => WhatIsNewOnLinked(known, told, ticket), cancellation, delivery.Keys);
        var current = change.Case ?? throw new InvalidOperationException($"Case {earlier.Id} exists and cannot be read.");
        await contacts.Renew(current.ContactKey, told.Contact, cancellation);
        await starter.StartAndKnock(durable, current, cancellation);
        if (change.Happened.OfType<TicketLinked>().Any())
        {
            await notes.NoteLinked(durable, told.Complaint.Ticket, delivery.Key, current.Id, cancellation);
        }

        return new(current.Id, change.Happened.Count > 0 ? Linked : Duplicate);
    }

    /// <summary>
    /// Facets of the same complaint rise; another ride, driver, customer or violation on the same ticket is a manager's to look at, once.
    /// </summary>
    private IEnumerable<CaseEvent> WhatIsNew(PenaltyCase known, Told told) => IsSame(known.Complaint, told.Complaint)
        ? [.. Dated(known, told.Complaint), .. mapper.Facets(told, known)]
        : Difference(known, told);

    /// <summary>A ticket is linked and counted as a re-contact once, however often it is saved; what it tells beyond that rises as usual.</summary>
    private IEnumerable<CaseEvent> WhatIsNewOnLinked(PenaltyCase known, Told told, TicketLinked ticket) =>
    [
        .. known.LinkedTickets.Contains($"{ticket.Account}:{ticket.Ticket}") ? Array.Empty<CaseEvent>() : [ticket, new ReContacted(AskedWhen: false)],
        .. mapper.Facets(told, known),
        .. known.Complaint.MatchKey == told.Complaint.MatchKey && !IsSame(known.Complaint, told.Complaint) ? Difference(known, told) : [],
    ];

    /// <summary>An earlier save of the ticket may come after a later one.</summary>
    private static IEnumerable<CaseEvent> Dated(PenaltyCase known, Complaint told) =>
        new ComplaintDated(told.ComplainedAt!.Value, told.RideDate) is var dated && known.Complaint.IsDatedBy(dated) ? [dated] : [];

    private static IEnumerable<CaseEvent> Difference(PenaltyCase known, Told told) =>
        Essence(told.Complaint) == known.Difference ? [] : [Essence(told.Complaint)];

    /// <summary>The agent named an earlier case, and it is not this customer's: a person has to look.</summary>
    private static IEnumerable<CaseEvent> Unclear(Told told, string caseId) =>
        told.EarlierCase is null || told.EarlierCase == caseId ? [] : [new HandedToManager(HandoverReason.ReContactUnclear)];

    private static bool IsSame(Complaint filed, Complaint told) => Essence(filed) == Essence(told);

    private static ComplaintDiffered Essence(Complaint complaint) =>
        new(complaint.RideKey, complaint.DriverId, complaint.CustomerKey, complaint.Violation);

    private async Task KeepCallbackNumber(Told told, CancellationToken cancellation)
    {
        if (told.Consent is { } consent)
        {
            var callbackId = CaseId.Of(told.Complaint.Account, told.Complaint.Ticket, CaseKind.Callback);
            await callbacks.KeepNumber(callbackId, told.Contact, consent, cancellation);
        }
    }
}

public sealed record Received(string CaseId, string Status);
