namespace Penalties.Rules;

/// <summary>What the state tables cannot say because it depends on a value of the event, not on its kind.</summary>
internal static class Guards
{
    public static Refusal? Refuse(PenaltyCase current, CaseEvent happened, DateTimeOffset at) => happened switch
    {
        CaseFiled => new(RefusalKind.AlreadyInTargetState, "case", current.Life.ToString(), nameof(CaseFiled)),
        IDecidedByPerson { Person: var person } when !Actor.IsPerson(person) => new(RefusalKind.InvalidTransition, "person", "not named", happened.GetType().Name),
        _ when current.Life is LifeState.Closed && !Transitions.Life.Knows(happened) =>
            new(RefusalKind.InvalidTransition, "case", nameof(LifeState.Closed), happened.GetType().Name),
        CaseReopened when current is { Life: LifeState.Open, Standing: ComplaintState.Standing } =>
            new(RefusalKind.AlreadyInTargetState, "case", nameof(LifeState.Open), nameof(CaseReopened)),
        ComplaintDated dated when !current.Complaint.IsDatedBy(dated) =>
            new(RefusalKind.AlreadyInTargetState, "complaint", $"of {current.Complaint.ComplainedAt:O}", nameof(ComplaintDated)),
        RideDated dated when !current.Complaint.IsDatedBy(dated) =>
            new(RefusalKind.AlreadyInTargetState, "complaint", $"of a ride on {current.Complaint.RideDate:O}", nameof(RideDated)),
        DifferenceTakenBack when current.OpenFacts.Count == 0 => new(RefusalKind.AlreadyInTargetState, "facts", "as the case has them", nameof(DifferenceTakenBack)),
        DecisionAsked when current is { Board: not BoardState.None } or { Complaint.Kind: CaseKind.Callback } =>
            new(RefusalKind.InvalidTransition, "board", current.Board.ToString(), nameof(DecisionAsked)),
        // Somebody asks for what was just asked for: a manager has it already.
        HandedToManager { By: not null, Reason: var reason } when current.Handover is HandoverState.WithManager && current.HandoverReason == reason =>
            new(RefusalKind.AlreadyInTargetState, "hand-over", $"{current.Handover}, {reason}", nameof(HandedToManager)),
        CallbackUnanswered when current.CallbackTriedOut =>
            new(RefusalKind.InvalidTransition, "callback", $"{current.Callback} after {current.CallbackTries} tries", nameof(CallbackUnanswered)),
        ComplaintRenewed when current.Standing is ComplaintState.Standing =>
            new(RefusalKind.AlreadyInTargetState, "complaint", nameof(ComplaintState.Standing), nameof(ComplaintRenewed)),
        TicketLinked linked when current.LinkedTickets.Contains(Facts.Link(linked)) =>
            new(RefusalKind.AlreadyInTargetState, "linked tickets", Facts.Link(linked), nameof(TicketLinked)),
        _ => OfBlock(current, happened) ?? OfFeedback(current, happened) ?? OfOutcome(current, happened, at) ?? OfMessage(current, happened),
    };

    /// <summary>A result of an earlier command says nothing about the present one; a result without a number is about the present one.</summary>
    private static Refusal? OfBlock(PenaltyCase current, CaseEvent happened)
    {
        var present = current.BlockCommand;
        return happened switch
        {
            BlockRequested requested => Command(requested.Attempt),
            UnblockRequested requested => Command(requested.Attempt),
            BlockConfirmed { Attempt: > 0 and var attempt } when attempt != present => Result(attempt),
            BlockFailed { Attempt: > 0 and var attempt } when attempt != present => Result(attempt),
            BlockLifted { Attempt: > 0 and var attempt } when attempt != present => Result(attempt),
            UnblockFailed { Attempt: > 0 and var attempt } when attempt != present => Result(attempt),
            BlockFoundLifted { Attempt: var attempt } when attempt != present => Result(attempt),
            _ => null,
        };

        Refusal? Command(int attempt) => current.BlockCommandOwed && attempt == present
            ? null
            : new(RefusalKind.AlreadyInTargetState, "block", $"{current.Block}, command {current.BlockAttempt}", $"{happened.GetType().Name} {attempt}");

        Refusal Result(int attempt) =>
            new(RefusalKind.InvalidTransition, "block", $"{current.Block}, command {present}", $"{happened.GetType().Name} {attempt}");
    }

    private static Refusal? OfFeedback(PenaltyCase current, CaseEvent happened) => happened switch
    {
        FeedbackAsked asked when asked.Stage <= current.FeedbackStage => Known("feedback stage", current.FeedbackStage, happened),
        FeedbackAsked { Stage: not (1 or 2) } asked => Impossible("feedback stage", current.FeedbackStage, happened, asked.Stage),
        FeedbackDated { Stage: not (1 or 2) } dated => Impossible("feedback stage", current.FeedbackStage, happened, dated.Stage),
        FeedbackDated dated when !current.IsDatedBy(dated) => Known("feedback stage", current.FeedbackStage, happened),
        CompensationAsked asked when asked.Stage <= current.CompensationStage => Known("compensation stage", current.CompensationStage, happened),
        CompensationAsked { Stage: not (1 or 2) } asked => Impossible("compensation stage", current.CompensationStage, happened, asked.Stage),
        PromiseDated dated when dated.AskedAt >= current.PromisedAt =>
            new(RefusalKind.AlreadyInTargetState, "feedback promise", $"asked at {current.PromisedAt:O}", nameof(PromiseDated)),
        _ => null,
    };

    private static Refusal? OfOutcome(PenaltyCase current, CaseEvent happened, DateTimeOffset at) => happened switch
    {
        OutcomeConcluded concluded when IsOlderThanComplaint(current, concluded.ConcludedAt) => OfAnother(current, happened),
        OutcomeCorrected corrected when IsOlderThanComplaint(current, corrected.ConcludedAt) => OfAnother(current, happened),
        OutcomeOverturned overturned when IsOlderThanComplaint(current, overturned.ConcludedAt) => OfAnother(current, happened),
        OutcomeCorrected corrected when !current.IsNewer(corrected.Kind, corrected.ConcludedAt) =>
            new(RefusalKind.AlreadyInTargetState, "outcome", $"concluded at {current.ConcludedAt:O}", nameof(OutcomeCorrected)),
        AppealFiled when at > current.ConcludedAt + current.Policy.AppealPeriod =>
            new(RefusalKind.InvalidTransition, "outcome", $"{current.Outcome} since {current.ConcludedAt:O}", nameof(AppealFiled)),
        _ => null,
    };

    /// <summary>What was concluded on an earlier day than the complaint's cannot be about it.</summary>
    private static bool IsOlderThanComplaint(PenaltyCase current, DateTimeOffset concludedAt) => Korea.DateOf(concludedAt) < current.ComplainedOn;

    private static Refusal OfAnother(PenaltyCase current, CaseEvent happened) =>
        new(RefusalKind.InvalidTransition, "outcome", $"of a complaint made on {current.ComplainedOn:O}", happened.GetType().Name);

    private static Refusal? OfMessage(PenaltyCase current, CaseEvent happened) => happened switch
    {
        // Whatever asks for a message: there is none without an open promise of the program's and an outcome that stands.
        MessageReserved when !current.AnswerWanted || current.Outcome is OutcomeState.Unknown or OutcomeState.Appealed =>
            new(RefusalKind.InvalidTransition, "message", $"{current.Promise}, outcome {current.Outcome}", nameof(MessageReserved)),
        MessageReserved reserved when reserved.Attempt != current.MessageAttempt + 1 => OtherAttempt(current, reserved.Attempt, happened),
        MessageSent { Attempt: var attempt } when attempt != current.MessageAttempt => OtherAttempt(current, attempt, happened),
        MessageDelivered { Attempt: var attempt } when attempt != current.MessageAttempt => OtherAttempt(current, attempt, happened),
        MessageFailed { Attempt: var attempt } when attempt != current.MessageAttempt => OtherAttempt(current, attempt, happened),
        MessageUnknown { Attempt: var attempt } when attempt != current.MessageAttempt => OtherAttempt(current, attempt, happened),
        DeliveryChecked { Attempt: var attempt } when attempt != current.MessageAttempt => OtherAttempt(current, attempt, happened),
        _ => null,
    };

    /// <summary>A report about an earlier attempt says nothing about the present one.</summary>
    private static Refusal OtherAttempt(PenaltyCase current, int attempt, CaseEvent happened) =>
        new(RefusalKind.InvalidTransition, "message", $"{current.Message}, attempt {current.MessageAttempt}", $"{happened.GetType().Name} {attempt}");

    private static Refusal Known(string facet, int stage, CaseEvent happened) =>
        new(RefusalKind.AlreadyInTargetState, facet, stage.ToString(CultureInfo.InvariantCulture), happened.GetType().Name);

    private static Refusal Impossible(string facet, int stage, CaseEvent happened, int asked) =>
        new(RefusalKind.InvalidTransition, facet, stage.ToString(CultureInfo.InvariantCulture), $"{happened.GetType().Name} {asked}");
}
