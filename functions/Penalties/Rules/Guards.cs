namespace Penalties.Rules;

/// <summary>What the state tables cannot say because it depends on a value of the event, not on its kind.</summary>
internal static class Guards
{
    public static Refusal? Refuse(PenaltyCase current, CaseEvent happened) => happened switch
    {
        CaseFiled => new(RefusalKind.AlreadyInTargetState, "case", current.Life.ToString(), nameof(CaseFiled)),
        _ when current.Life is LifeState.Closed && !Transitions.Life.Knows(happened) =>
            new(RefusalKind.InvalidTransition, "case", nameof(LifeState.Closed), happened.GetType().Name),
        FeedbackAsked asked when asked.Stage <= current.FeedbackStage =>
            new(RefusalKind.AlreadyInTargetState, "feedback stage", $"{current.FeedbackStage}", nameof(FeedbackAsked)),
        FeedbackAsked { Stage: not (1 or 2) } asked =>
            new(RefusalKind.InvalidTransition, "feedback stage", $"{current.FeedbackStage}", $"{nameof(FeedbackAsked)} {asked.Stage}"),
        BlockRequested requested when requested.Attempt <= current.BlockAttempt =>
            new(RefusalKind.AlreadyInTargetState, "block", $"{current.Block} {current.BlockAttempt}", nameof(BlockRequested)),
        OutcomeCorrected corrected when corrected.ConcludedAt <= current.ConcludedAt =>
            new(RefusalKind.AlreadyInTargetState, "outcome", $"concluded at {current.ConcludedAt:O}", nameof(OutcomeCorrected)),
        MessageSent sent => OfAttempt(current, sent.Attempt, happened),
        MessageDelivered delivered => OfAttempt(current, delivered.Attempt, happened),
        MessageFailed failed => OfAttempt(current, failed.Attempt, happened),
        MessageUnknown unknown => OfAttempt(current, unknown.Attempt, happened),
        DeliveryChecked look => OfAttempt(current, look.Attempt, happened),
        _ => null,
    };

    /// <summary>A report about an earlier attempt says nothing about the present one.</summary>
    private static Refusal? OfAttempt(PenaltyCase current, int attempt, CaseEvent happened) => attempt == current.MessageAttempt
        ? null
        : new(RefusalKind.InvalidTransition, "message", $"{current.Message}, attempt {current.MessageAttempt}", $"{happened.GetType().Name} {attempt}");
}
