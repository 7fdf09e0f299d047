namespace Penalties.Rules;

/// <summary>What may truthfully be said to a customer who asks again.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReContactSituation>))]
public enum ReContactSituation
{
    InProgress,

    /// <summary>In progress, and the customer asks when: a day is told.</summary>
    AskedWhen,

    /// <summary>The answer is a manager's, or no penalty can be told of: nothing may be said to follow.</summary>
    WithManager,

    /// <summary>The same, and the customer asks when.</summary>
    WithManagerAskedWhen,
    Answered,

    /// <summary>No answer was promised: the complaint is recorded, and that is all there is to say.</summary>
    Recorded,
    Withdrawn,
}

public static class ReContactSituations
{
    /// <param name="proves">What the concluded outcome proves; null while none is concluded, or where it makes no difference.</param>
    public static ReContactSituation Of(PenaltyCase current, bool askedWhen, Claims? proves = null) => (current.Standing, current.Promise) switch
    {
        (ComplaintState.Withdrawn, PromiseState.None or PromiseState.Withdrawn or PromiseState.Promised) => ReContactSituation.Withdrawn,
        (ComplaintState.Withdrawn or ComplaintState.Standing, PromiseState.Answered) => ReContactSituation.Answered,
        (ComplaintState.Standing, PromiseState.Promised) when IsForAManager(current, proves) =>
            askedWhen ? ReContactSituation.WithManagerAskedWhen : ReContactSituation.WithManager,
        (ComplaintState.Standing, PromiseState.Promised) => askedWhen ? ReContactSituation.AskedWhen : ReContactSituation.InProgress,
        (ComplaintState.Standing, PromiseState.None or PromiseState.Withdrawn) => ReContactSituation.Recorded,
    };

    private static bool IsForAManager(PenaltyCase current, Claims? proves) =>
        current.AnswerWithManager || current.IsHeld || current.Decision is DecisionState.DoNotFile || proves?.HasFlag(Claims.Penalty) is false;
}
