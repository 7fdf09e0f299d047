namespace Penalties.Rules;

/// <summary>What may truthfully be said to a customer who asks again.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReContactSituation>))]
public enum ReContactSituation
{
    InProgress,

    /// <summary>In progress, and the customer asks when: a day is told.</summary>
    AskedWhen,
    Answered,

    /// <summary>No answer was promised: the complaint is recorded, and that is all there is to say.</summary>
    Recorded,
    Withdrawn,
}

public static class ReContactSituations
{
    public static ReContactSituation Of(PenaltyCase current, bool askedWhen) => (current.Standing, current.Promise) switch
    {
        (ComplaintState.Withdrawn, PromiseState.None or PromiseState.Withdrawn or PromiseState.Promised) => ReContactSituation.Withdrawn,
        (ComplaintState.Withdrawn or ComplaintState.Standing, PromiseState.Answered) => ReContactSituation.Answered,
        (ComplaintState.Standing, PromiseState.Promised) => askedWhen ? ReContactSituation.AskedWhen : ReContactSituation.InProgress,
        (ComplaintState.Standing, PromiseState.None or PromiseState.Withdrawn) => ReContactSituation.Recorded,
    };
}
