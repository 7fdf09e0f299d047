namespace Penalties.Rules;

/// <summary>
/// What is known of one complaint about one driver on one ride. Ids and terms only: names, numbers, addresses and free text live in the
/// contacts table and never here.
/// </summary>
/// <param name="Source">Configured CRM source, such as "zendesk".</param>
/// <param name="Account">CRM account the ticket belongs to.</param>
/// <param name="Ticket">CRM ticket id.</param>
/// <param name="RideKey">The ride's id, or a keyed hash of call time, origin and destination.</param>
/// <param name="CustomerKey">Keyed hash of the customer, to recognise a re-contact without holding personal data.</param>
/// <param name="RideDate">KST date of the ride.</param>
/// <param name="Unclear">The agent could not judge: a manager decides whether a penalty request is filed.</param>
/// <param name="MatchKey">Keyed hash of customer, driver and ride: the same on every ticket that complains of the same.</param>
/// <param name="ComplainedAt">When the customer complained, which may be before we heard of it; absent in none but the oldest logs.</param>
/// <param name="RideToldAt">When the ride's date was told; null while it is only taken to be that of the complaint.</param>
public sealed record Complaint(
    string Source,
    string Account,
    string Ticket,
    CaseKind Kind,
    Channel Channel,
    CallType CallType,
    Verification Verification,
    Violation Violation,
    Centre Centre,
    string RideKey,
    string DriverId,
    string CustomerKey,
    DateOnly RideDate,
    bool Unclear,
    string MatchKey = "",
    DateTimeOffset? ComplainedAt = null,
    DateTimeOffset? RideToldAt = null)
{
    /// <summary>Whether the event tells an earlier date than is known. The date of a ride that was told is not taken from the complaint's.</summary>
    public bool IsDatedBy(ComplaintDated told) => told.ComplainedAt < ComplainedAt || (RideToldAt is null && told.RideDate < RideDate);

    /// <summary>The earlier dates hold, in whatever order they are told.</summary>
    public Complaint Dated(ComplaintDated told) => this with
    {
        ComplainedAt = told.ComplainedAt < ComplainedAt ? told.ComplainedAt : ComplainedAt,
        RideDate = RideToldAt is null && told.RideDate < RideDate ? told.RideDate : RideDate,
    };

    /// <summary>Whether the event tells the ride's date for the first time, or another one later.</summary>
    public bool IsDatedBy(RideDated told) => RideToldAt is null || (told.ToldAt > RideToldAt && told.RideDate != RideDate);

    /// <inheritdoc cref="Dated(ComplaintDated)"/>
    public Complaint Dated(RideDated told) => this with { RideDate = told.RideDate, RideToldAt = told.ToldAt };

    /// <summary>음주의심 is urgent: somebody may be in danger.</summary>
    public bool IsUrgent => Violation is Violation.SuspectedDrunkDriving;
}
