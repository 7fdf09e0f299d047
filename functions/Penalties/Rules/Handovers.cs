namespace Penalties.Rules;

/// <summary>Why a manager is asked to look or to answer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HandoverReason>))]
public enum HandoverReason
{
    PenaltyNotFiled,
    NotDecided,
    OutcomeProvesNothing,
    OutcomeNotConcluded,
    AnswerNeedsBlock,
    MessageFailed,
    MessageUnknown,
    MessageNotSent,
    BlockNotConfirmed,
    ComplaintDiffers,
    OutcomeCorrected,

    /// <summary>The answer is due, and nobody has decided about the driver's appeal.</summary>
    AppealOpen,

    /// <summary>A person asked a manager to look.</summary>
    Requested,

    /// <summary>A person wants a manager to give the promised answer.</summary>
    AnswerTakenOver,
    Reopened,
    UnblockFailed,

    /// <summary>A re-contact fits several cases.</summary>
    ReContactUnclear,

    /// <summary>The customer was phoned as often as is usual, and nobody answered.</summary>
    CallbackUnanswered,

    /// <summary>The answer was to say "never matched", and the driver admin says that the block does not stand.</summary>
    BlockFoundLifted,

    /// <summary>The answer is to say "never matched", and the driver admin does not tell whether the block stands.</summary>
    BlockUnchecked,

    /// <summary>The customer was told "never matched", and the block is lifted: what is the customer to be told?</summary>
    PromisedBlockLifted,

    /// <summary>Two whom a confirmed block keeps apart had a ride together: nothing more is said of the block until a person has looked.</summary>
    MatchedAgain,

    /// <summary>The customer took the consent to the block back after its command had gone out: is it to be lifted?</summary>
    ConsentTakenBack,
}

/// <summary>Why a supervisor is to phone.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CallbackCause>))]
public enum CallbackCause
{
    /// <summary>Money was asked for again after the refusal.</summary>
    Compensation,
    SupervisorAsked,
}

/// <summary>What a manager is reminded of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReminderKind>))]
public enum ReminderKind
{
    /// <summary>A manager has been asked, and nothing has come.</summary>
    Waiting,

    /// <summary>The same for too long: the next level hears of it.</summary>
    Escalated,

    /// <summary>The day the customer was told has passed without an answer.</summary>
    AnswerOverdue,
}

public static class HandoverReasons
{
    /// <summary>
    /// Whether the manager has to give the promised answer. The other matters need a manager's look, and the answer goes on meanwhile.
    /// </summary>
    public static bool ConcernsAnswer(this HandoverReason reason) => reason switch
    {
        HandoverReason.PenaltyNotFiled or HandoverReason.NotDecided or HandoverReason.OutcomeProvesNothing or HandoverReason.OutcomeNotConcluded
            or HandoverReason.AnswerNeedsBlock or HandoverReason.MessageFailed or HandoverReason.MessageUnknown or HandoverReason.MessageNotSent
            or HandoverReason.AppealOpen or HandoverReason.AnswerTakenOver or HandoverReason.BlockFoundLifted or HandoverReason.BlockUnchecked
            or HandoverReason.MatchedAgain => true,
        HandoverReason.BlockNotConfirmed or HandoverReason.ComplaintDiffers or HandoverReason.OutcomeCorrected or HandoverReason.Requested
            or HandoverReason.Reopened or HandoverReason.UnblockFailed or HandoverReason.ReContactUnclear
            or HandoverReason.CallbackUnanswered or HandoverReason.PromisedBlockLifted or HandoverReason.ConsentTakenBack => false,
    };

    /// <summary>Whether the reason itself tells what was decided about the driver: it follows from some of the outcomes only.</summary>
    public static bool TellsOutcome(this HandoverReason reason) => reason switch
    {
        HandoverReason.OutcomeProvesNothing => true,
        HandoverReason.PenaltyNotFiled or HandoverReason.NotDecided or HandoverReason.OutcomeNotConcluded or HandoverReason.AnswerNeedsBlock
            or HandoverReason.MessageFailed or HandoverReason.MessageUnknown or HandoverReason.MessageNotSent or HandoverReason.AppealOpen
            or HandoverReason.AnswerTakenOver or HandoverReason.BlockNotConfirmed or HandoverReason.ComplaintDiffers or HandoverReason.OutcomeCorrected
            or HandoverReason.Requested or HandoverReason.Reopened or HandoverReason.UnblockFailed or HandoverReason.ReContactUnclear
            or HandoverReason.CallbackUnanswered or HandoverReason.BlockFoundLifted or HandoverReason.BlockUnchecked or HandoverReason.PromisedBlockLifted
            or HandoverReason.MatchedAgain or HandoverReason.ConsentTakenBack => false,
    };

    /// <summary>Whether something the customer was told has turned out not to be so: it is marked, and comes before other matters.</summary>
    public static bool IsUrgent(this HandoverReason reason) => reason is HandoverReason.PromisedBlockLifted or HandoverReason.MatchedAgain;
}
