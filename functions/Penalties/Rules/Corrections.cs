namespace Penalties.Rules;

/// <summary>What a complaint is about, as far as it can be told otherwise later.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComplaintFact>))]
public enum ComplaintFact
{
    Driver,
    Ride,
    Violation,
    Centre,

    /// <summary>Never taken over: another customer's complaint is another ticket.</summary>
    Customer,
}

/// <summary>A fact as the case had it, and as it is told: ids and names of terms.</summary>
public sealed record FactChange(ComplaintFact Fact, string From, string To);

/// <summary>What is told otherwise than a case has it. The README of the rules says what rests on which fact.</summary>
public static class Corrections
{
    /// <summary>Whether nothing may be ordered or said while the fact is open: about whom, and to whom, would not be known.</summary>
    public static bool Holds(this ComplaintFact fact) => fact switch
    {
        ComplaintFact.Driver or ComplaintFact.Ride or ComplaintFact.Customer => true,
        ComplaintFact.Violation or ComplaintFact.Centre => false,
    };

    /// <summary>As our routes call it.</summary>
    public static string Name(this ComplaintFact fact) => fact switch
    {
        ComplaintFact.Driver => "driver",
        ComplaintFact.Ride => "ride",
        ComplaintFact.Violation => "violation",
        ComplaintFact.Centre => "centre",
        ComplaintFact.Customer => "customer",
    };

    /// <summary>What the case does not have as it is told, without what a person has refused already.</summary>
    public static IReadOnlyList<FactChange> Open(PenaltyCase current, ComplaintDiffered told) =>
        [.. Between(current.Complaint, told).Where(change => !current.RefusedFacts.Contains(change))];

    /// <summary>What a save of a ticket makes of what it tells otherwise: nothing, where it is older than what the case knows or tells nothing new.</summary>
    /// <param name="told">Without a time, it is another ticket than the complaint's own.</param>
    public static IEnumerable<CaseEvent> Told(PenaltyCase current, ComplaintDiffered told)
    {
        if (told.ToldAt < (current.Difference?.ToldAt ?? current.FactsToldAt))
        {
            return [];
        }

        return told.Unclear || told.BlockAgreed || Open(current, told).Count > 0 ? (told.TellsTheSame(current.Difference) ? [] : [told])
            : told.ToldAt is { } at && current is { OpenFacts.Count: > 0, Difference.ToldAt: not null } ? [new DifferenceTakenBack(at)]
            : [];
    }

    /// <summary>
    /// The case, told so: a manager hears of each thing that is told otherwise once. What the complaint's own ticket tells is not replaced by another's.
    /// </summary>
    internal static PenaltyCase After(PenaltyCase next, ComplaintDiffered told)
    {
        if (told.ToldAt is null && next is { OpenFacts.Count: > 0, Difference.ToldAt: not null })
        {
            return next with { DifferenceOpen = true };
        }

        var open = Open(next, told);
        var isNew = told.Unclear || (told.BlockAgreed && next.Difference?.BlockAgreed != true) || open.Except(next.OpenFacts).Any();
        return next with { Difference = told, OpenFacts = open, DifferenceOpen = isNew || (next.DifferenceOpen && open.Count > 0) };
    }

    /// <summary>The facts stay as the case has them.</summary>
    internal static PenaltyCase Refused(PenaltyCase next) => next with { OpenFacts = [], RefusedFacts = [.. next.RefusedFacts, .. next.OpenFacts] };

    /// <summary>What was told otherwise is told no more.</summary>
    internal static PenaltyCase After(PenaltyCase next, DifferenceTakenBack told) =>
        next with { Difference = null, OpenFacts = [], DifferenceOpen = false, FactsToldAt = told.ToldAt };

    private static IEnumerable<FactChange> Between(Complaint known, ComplaintDiffered told) => new FactChange[]
    {
        new(ComplaintFact.Driver, known.DriverId, told.DriverId),
        new(ComplaintFact.Ride, known.RideKey, told.RideKey),
        new(ComplaintFact.Violation, known.Violation.ToString(), told.Violation.ToString()),
        new(ComplaintFact.Centre, known.Centre.ToString(), (told.Centre ?? known.Centre).ToString()),
        new(ComplaintFact.Customer, known.CustomerKey, told.CustomerKey),
    }.Where(change => change.From != change.To);
}
