namespace Penalties.Content;

/// <summary>
/// When the words of a situation are true to say about a case. Every situation of <c>guidance.json</c> stands here, and the other way round; the files
/// are checked at start.
/// </summary>
internal static class GuidanceRule
{
    private static readonly Dictionary<string, Func<CaseSnapshot, int, bool>> Conditions = new(AskedAgain())
    {
        ["opening"] = Always,
        ["identity"] = Always,
        ["ride-lookup"] = Always,
        ["cancellation"] = OfACancellation,
        ["cancellation-reason"] = OfACancellation,
        ["block-offer"] = Block(BlockState.Unknown),
        ["block-hold"] = Block(BlockState.Pending),
        ["block-done"] = Block(BlockState.Confirmed),
        ["block-declined"] = Block(BlockState.Declined),
        [Guidance.Feedback] = static (about, stage) => IsStanding(about) && (stage == NextFeedbackStage(about.Case) || stage == SaidFeedbackStage(about.Case)),
        [Guidance.Compensation] = static (about, stage) =>
            IsStanding(about) && (stage == NextCompensationStage(about.Case) || stage == about.Case.CompensationStage),
        [Guidance.CallbackNumber] = static (about, _) => IsPhoned(about.Case) && about.Case.CallbackConsent is null,
        ["callback-arranged"] = static (about, _) => IsPhoned(about.Case),
        ["re-contact-hold"] = Always,
    };

    public static IReadOnlyCollection<string> Situations => Conditions.Keys;

    public static bool Holds(Guidance guidance, CaseSnapshot about) => Conditions[guidance.Situation](about, guidance.Stage);

    /// <summary>The stage at which the customer asks the next time what became of it; null: the third was reached, or there is nothing to ask for.</summary>
    public static int? NextFeedbackStage(PenaltyCase current) =>
        current is { Standing: ComplaintState.Standing, Promise: PromiseState.None } && current.FeedbackStage < 3 ? current.FeedbackStage + 1 : null;

    /// <summary>The stage at which the customer asks the next time for money; null: it is with a supervisor.</summary>
    public static int? NextCompensationStage(PenaltyCase current) =>
        current.Standing is ComplaintState.Standing && current.CompensationStage < 2 ? current.CompensationStage + 1 : null;

    /// <summary>What was said the last time may be said again; the third one only while an answer is owed.</summary>
    private static int? SaidFeedbackStage(PenaltyCase current) =>
        current.FeedbackStage < 3 || current.Promise is PromiseState.Promised ? current.FeedbackStage : null;

    private static bool Always(CaseSnapshot about, int stage) => true;

    private static bool OfACancellation(CaseSnapshot about, int stage) => about.Case.Complaint.Violation is Violation.CallCancellation;

    private static Func<CaseSnapshot, int, bool> Block(BlockState state) => (about, _) => IsStanding(about) && about.Case.BlockToTell == state;

    private static bool IsStanding(CaseSnapshot about) => about.Case.Standing is ComplaintState.Standing;

    private static bool IsPhoned(PenaltyCase current) => current.Callback is CallbackState.Wanted or CallbackState.Filed or CallbackState.Due;

    private static IEnumerable<KeyValuePair<string, Func<CaseSnapshot, int, bool>>> AskedAgain() =>
        Enum.GetValues<ReContactSituation>().Select(static situation => KeyValuePair.Create<string, Func<CaseSnapshot, int, bool>>(
            Guidance.SituationOf(situation),
            (about, _) => new[] { false, true }.Any(askedWhen => ReContactSituations.Of(about.Case, askedWhen, about.Proves) == situation)));
}
