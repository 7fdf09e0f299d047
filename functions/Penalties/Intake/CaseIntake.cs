using Azure;
using Penalties.Intake.Sources;
using Penalties.Managers;

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
    private const int MostLooks = 5;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

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

        await KeepConsent(told, told.Complaint, cancellation);
        var filed = await cases.File(
            new(caseId, told.Complaint, followUp.Value.ToPolicy()),
            mapper.Facets(told, known: null).Concat(Unclear(told, caseId)),
            cause,
            delivery.Keys,
            cancellation);
        if (filed is not null)
        {
            await starter.Start(durable, filed);
            return new(caseId, Filed);
        }

        var change = await cases.Change(caseId, cause, known => WhatIsNew(known, told), cancellation, delivery.Keys);
        var current = change.Case ?? throw new InvalidOperationException($"Case {caseId} exists and cannot be read.");
        var isRenewed = IsSameRide(current.Complaint, told) && await contacts.Renew(current, told.Contact, cancellation);
        if (current.Complaint.MatchKey != told.Complaint.MatchKey)
        {
            await contacts.Release(told.Complaint.MatchKey, caseId, cancellation);
        }

        await starter.StartAndKnock(durable, current);
        return new(caseId, change.Happened.Count > 0 || isRenewed ? Updated : Duplicate);
    }

    /// <summary>
    /// The case of another ticket this complaint belongs to, or null: the one that has the same customer, driver and ride, else the one the
    /// agent named, if it is the same customer's and this ticket has no case of its own. Where there is none, the complaint is this case's from
    /// here on.
    /// </summary>
    private async Task<PenaltyCase?> Earlier(Told told, string caseId, CancellationToken cancellation)
    {
        var matchKey = told.Complaint.MatchKey;
        var owner = await contacts.Claim(matchKey, caseId, told.Contact, cancellation);
        if (owner != caseId)
        {
            if (await WhenFiled(owner, cancellation) is { } other && other.Complaint.MatchKey == matchKey)
            {
                return other;
            }

            // Claimed by a webhook whose case was never stored: whoever comes then files it.
            if (!await contacts.TakeOver(matchKey, owner, caseId, told.Contact, cancellation))
            {
                // Another ticket is just filing it: that the sender asks again costs less than two cases of one complaint.
                throw new RequestFailedException(503, "The same complaint is being filed from another ticket.");
            }
        }

        if (told.EarlierCase is not { } named || named == caseId || await cases.Find(caseId, cancellation) is not null
            || await cases.Find(named, cancellation) is not { } earlier || earlier.Complaint.CustomerKey != told.Complaint.CustomerKey)
        {
            return null;
        }

        await contacts.Release(matchKey, caseId, cancellation);
        return earlier;
    }

    /// <summary>The case of another ticket, which may be filed at this very moment.</summary>
    private async Task<PenaltyCase?> WhenFiled(string caseId, CancellationToken cancellation)
    {
        for (var look = 1; ; look++)
        {
            if (await cases.Find(caseId, cancellation) is { } filed)
            {
                return filed;
            }

            if (look == MostLooks)
            {
                return null;
            }

            await Task.Delay(BetweenLooks, TimeProvider.System, cancellation);
        }
    }

    private async Task<Received> Link(
        DurableTaskClient durable, PenaltyCase earlier, Told told, Cause cause, Delivery delivery, CancellationToken cancellation)
    {
        var ticket = new TicketLinked(told.Complaint.Account, told.Complaint.Ticket);
        await KeepConsent(told, earlier.Complaint, cancellation);
        var change = await cases.Change(earlier.Id, cause, known => WhatIsNewOnLinked(known, told, ticket), cancellation, delivery.Keys);
        var current = change.Case ?? throw new InvalidOperationException($"Case {earlier.Id} exists and cannot be read.");
        if (IsSameRide(current.Complaint, told))
        {
            await contacts.Renew(current, told.Contact, cancellation);
        }

        await starter.StartAndKnock(durable, current);
        if (change.Happened.OfType<TicketLinked>().Any())
        {
            await notes.NoteLinked(durable, told.Complaint.Ticket, delivery.Key, current, cancellation);
        }

        return new(current.Id, change.Happened.Count > 0 ? Linked : Duplicate);
    }

    /// <summary>
    /// Facets of the same complaint rise. What differs on the same ticket is a manager's to look at, once; about the same driver and customer the
    /// facets rise all the same, because a slip that was corrected must not keep a promise or a block from being heard.
    /// </summary>
    private IEnumerable<CaseEvent> WhatIsNew(PenaltyCase known, Told told) =>
    [
        .. IsSameRide(known.Complaint, told) ? Dated(known, told.Complaint) : [],
        .. Difference(known, told, told.AskedAt),
        .. Facets(known, told),
    ];

    /// <summary>
    /// Of the same customer: what was asked for and promised on the ticket was, whichever driver is right. Only the agreement to a block is about one
    /// driver; told of another it stands with the difference.
    /// </summary>
    private IEnumerable<CaseEvent> Facets(PenaltyCase known, Told told) =>
        known.Complaint.CustomerKey != told.Complaint.CustomerKey ? []
        : mapper.Facets(known.Complaint.DriverId == told.Complaint.DriverId || told.AskedAt < known.FactsToldAt ? told : told with { BlockAgreed = null }, known);

    /// <summary>
    /// A ticket is linked and counted as a re-contact once, however often it is saved. It is the customer's asking anew: a complaint that was taken
    /// back stands again, and what it tells of the same driver rises as usual.
    /// </summary>
    private IEnumerable<CaseEvent> WhatIsNewOnLinked(PenaltyCase known, Told told, TicketLinked ticket)
    {
        var isNew = !known.LinkedTickets.Contains(Facts.Link(ticket));
        var isPair = IsSamePair(known.Complaint, told.Complaint);
        var isRenewed = isNew && isPair && known.Standing is ComplaintState.Withdrawn;
        return
        [
            .. isRenewed ? new CaseEvent[] { new ComplaintRenewed() } : [],
            .. isNew ? new CaseEvent[] { ticket, new ReContacted(AskedWhen: false) } : [],
            // The complaint's own ticket knows the date better, where it told one.
            .. IsSameRide(known.Complaint, told) && known.Complaint.RideToldAt is null ? RideDated(known, told.Complaint) : [],
            .. Difference(known, told, toldAt: null),
            .. isPair ? mapper.Facets(told, known, isNew) : [],
        ];
    }

    /// <summary>An earlier save of the ticket may come after a later one.</summary>
    private static IEnumerable<CaseEvent> Dated(PenaltyCase known, Complaint told) =>
    [
        .. new ComplaintDated(told.ComplainedAt!.Value, told.RideToldAt is null ? told.RideDate : known.Complaint.RideDate) is var dated && known.Complaint.IsDatedBy(dated) ? [dated] : Array.Empty<CaseEvent>(),
        .. RideDated(known, told),
    ];

    /// <summary>A first save may have left the ride's date open, which the answer to the customer names.</summary>
    private static IEnumerable<CaseEvent> RideDated(PenaltyCase known, Complaint told) =>
        told.RideToldAt is { } at && new RideDated(told.RideDate, at) is var dated && known.Complaint.IsDatedBy(dated) ? [dated] : [];

    /// <summary>What the ticket tells otherwise than the case knows it, if no manager has been told of just that.</summary>
    /// <param name="toldAt">When the complaint's own ticket was saved; null: it is another ticket.</param>
    private static IEnumerable<CaseEvent> Difference(PenaltyCase known, Told told, DateTimeOffset? toldAt)
    {
        var complaint = told.Complaint;
        var isAskable = known is { Board: BoardState.None, Decision: DecisionState.NotNeeded or DecisionState.Dropped };
        var isUnclear = complaint.Unclear && !known.Complaint.Unclear;
        var ride = IsSameRide(known.Complaint, told) ? known.Complaint.RideKey : complaint.RideKey;
        var essence = new ComplaintDiffered(
            ride, complaint.DriverId, complaint.CustomerKey, complaint.Violation, complaint.Centre, isUnclear && !isAskable, toldAt,
            BlockAgreed: toldAt is not null && told.BlockAgreed is true && complaint.DriverId != known.Complaint.DriverId);
        return
        [
            .. isUnclear && isAskable ? new CaseEvent[] { new DecisionAsked() } : [],
            .. Corrections.Told(known, essence),
        ];
    }

    /// <summary>The agent named an earlier case, and it is not this customer's: a person has to look.</summary>
    private static IEnumerable<CaseEvent> Unclear(Told told, string caseId) =>
        told.EarlierCase is null || told.EarlierCase == caseId ? [] : [new HandedToManager(HandoverReason.ReContactUnclear)];

    private static bool IsSamePair(Complaint known, Complaint told) => known.DriverId == told.DriverId && known.CustomerKey == told.CustomerKey;

    /// <summary>Also a ride that was filed by time and places, and of which the id is told later.</summary>
    private static bool IsSameRide(Complaint known, Told told) =>
        IsSamePair(known, told.Complaint) && (known.RideKey == told.Complaint.RideKey || known.RideKey == told.PlaceKey);

    private async Task KeepConsent(Told told, Complaint complaint, CancellationToken cancellation)
    {
        if (told.Consent is { } consent && ComplaintMapper.WantsCallback(told))
        {
            await callbacks.KeepConsent(CaseId.Of(complaint.Account, complaint.Ticket, CaseKind.Callback), consent, cancellation);
        }
    }
}

public sealed record Received(string CaseId, string Status);
