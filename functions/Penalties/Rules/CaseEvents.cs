using System.Text.Json.Serialization;

namespace Penalties.Rules;

/// <summary>
/// Something that happened to a case. The activity log keeps each one for years, so the records are append-only: members are added with
/// defaults, never renamed or removed.
/// </summary>
[JsonDerivedType(typeof(CaseFiled), "case-filed")]
[JsonDerivedType(typeof(FilingApproved), "filing-approved")]
[JsonDerivedType(typeof(FilingRefused), "filing-refused")]
[JsonDerivedType(typeof(ComplaintDiffered), "complaint-differed")]
[JsonDerivedType(typeof(BoardPostStarted), "board-post-started")]
[JsonDerivedType(typeof(BoardPosted), "board-posted")]
[JsonDerivedType(typeof(BoardCommented), "board-commented")]
[JsonDerivedType(typeof(BlockAgreed), "block-agreed")]
[JsonDerivedType(typeof(BlockDeclined), "block-declined")]
[JsonDerivedType(typeof(BlockRequested), "block-requested")]
[JsonDerivedType(typeof(BlockConfirmed), "block-confirmed")]
[JsonDerivedType(typeof(BlockFailed), "block-failed")]
[JsonDerivedType(typeof(FeedbackAsked), "feedback-asked")]
[JsonDerivedType(typeof(FeedbackPromised), "feedback-promised")]
[JsonDerivedType(typeof(OutcomePending), "outcome-pending")]
[JsonDerivedType(typeof(OutcomeConcluded), "outcome-concluded")]
[JsonDerivedType(typeof(OutcomeCorrected), "outcome-corrected")]
[JsonDerivedType(typeof(ReContacted), "re-contacted")]
[JsonDerivedType(typeof(MessageReserved), "message-reserved")]
[JsonDerivedType(typeof(MessageSent), "message-sent")]
[JsonDerivedType(typeof(MessageDelivered), "message-delivered")]
[JsonDerivedType(typeof(MessageFailed), "message-failed")]
[JsonDerivedType(typeof(MessageUnknown), "message-unknown")]
[JsonDerivedType(typeof(DeliveryChecked), "delivery-checked")]
[JsonDerivedType(typeof(HandedToManager), "handed-to-manager")]
[JsonDerivedType(typeof(HandoverSettled), "hand-over-settled")]
[JsonDerivedType(typeof(ManagerAnswered), "manager-answered")]
[JsonDerivedType(typeof(NotesWritten), "notes-written")]
[JsonDerivedType(typeof(TextsRefused), "texts-refused")]
[JsonDerivedType(typeof(StepFailed), "step-failed")]
[JsonDerivedType(typeof(CaseResumed), "case-resumed")]
[JsonDerivedType(typeof(CaseClosed), "case-closed")]
public abstract record CaseEvent;

/// <summary>The first event of every case.</summary>
/// <param name="Policy">The time rules the case begins and ends with; absent in none but the oldest logs.</param>
public sealed record CaseFiled(string CaseId, Complaint Complaint, CasePolicy? Policy = null) : CaseEvent;

/// <summary>The same ticket told of another ride, driver, customer or violation: a manager has to look, the case stays as it was.</summary>
public sealed record ComplaintDiffered(string RideKey, string DriverId, string CustomerKey, Violation Violation) : CaseEvent;

/// <summary>A named manager decided that the penalty request is filed. <paramref name="By"/> and <paramref name="Reason"/> are never empty.</summary>
public sealed record FilingApproved(string By, string Reason) : CaseEvent;

/// <summary>A named manager decided that no penalty request is filed. <paramref name="By"/> and <paramref name="Reason"/> are never empty.</summary>
public sealed record FilingRefused(string By, string Reason) : CaseEvent;

/// <summary>From here on the post may stand on the board, whatever answer arrives: it is too late to decide against it.</summary>
public sealed record BoardPostStarted : CaseEvent;

public sealed record BoardPosted(string PostId) : CaseEvent;

/// <summary>The comments with these keys stand under the board post.</summary>
public sealed record BoardCommented(IReadOnlyList<string> Keys) : CaseEvent;

public sealed record BlockAgreed : CaseEvent;

public sealed record BlockDeclined : CaseEvent;

/// <summary>The block command with this number (1, 2, …) was accepted by the queue.</summary>
public sealed record BlockRequested(int Attempt) : CaseEvent;

public sealed record BlockConfirmed(DateTimeOffset BlockedAt) : CaseEvent;

/// <param name="Code">A code of ours, such as "driver_not_found"; never a provider's text.</param>
public sealed record BlockFailed(string Code) : CaseEvent;

/// <summary>The customer asked what became of it: stage 1 or 2, answered by script.</summary>
public sealed record FeedbackAsked(int Stage) : CaseEvent;

/// <summary>Stage 3: the promise runs from this event's time.</summary>
public sealed record FeedbackPromised : CaseEvent;

/// <summary>The driver admin was asked at the due date or after, and nothing was concluded.</summary>
public sealed record OutcomePending : CaseEvent;

/// <summary>A named person concluded the driver outcome. <paramref name="DecidedBy"/> is never empty.</summary>
public sealed record OutcomeConcluded(OutcomeKind Kind, string DecidedBy, DateTimeOffset ConcludedAt) : CaseEvent;

/// <summary>A named person concluded something else than before. After the message was sent it goes to a manager.</summary>
public sealed record OutcomeCorrected(OutcomeKind Kind, string DecidedBy, DateTimeOffset ConcludedAt) : CaseEvent;

/// <summary>재인입. <paramref name="AskedWhen"/>: the customer asked when the answer comes and was told "within 1–2 days".</summary>
public sealed record ReContacted(bool AskedWhen) : CaseEvent;

/// <param name="Attempt">1, 2, …: another follows a failed one only by rule or by a named manager.</param>
/// <param name="Reference">The provider's own id for the attempt, known before anything is sent.</param>
/// <param name="Template">Name and version of the text, such as "feedback@1".</param>
/// <param name="Date">The date in the text.</param>
public sealed record MessageReserved(int Attempt, string Reference, string Template, int Bytes, DateOnly? Date = null) : CaseEvent;

public sealed record MessageSent(int Attempt) : CaseEvent;

public sealed record MessageDelivered(int Attempt) : CaseEvent;

/// <param name="Code">The provider's status code.</param>
public sealed record MessageFailed(int Attempt, string Code) : CaseEvent;

/// <summary>The provider does not say whether the message was taken; it is never sent again by the program.</summary>
public sealed record MessageUnknown(int Attempt) : CaseEvent;

/// <summary>The provider was asked and the message is still on its way.</summary>
public sealed record DeliveryChecked(int Attempt) : CaseEvent;

public sealed record HandedToManager(HandoverReason Reason) : CaseEvent;

/// <summary>A named manager dealt with what was handed over; a promised answer stays promised.</summary>
public sealed record HandoverSettled(string By, string Reason) : CaseEvent;

/// <summary>A named manager answered the customer in the program's place.</summary>
public sealed record ManagerAnswered(string By, string Reason) : CaseEvent;

/// <summary>The notes with these keys stand on the CRM ticket.</summary>
public sealed record NotesWritten(IReadOnlyList<string> Keys) : CaseEvent;

/// <summary>The outside system will never take these texts, a closed ticket for example: they are owed no more.</summary>
public sealed record TextsRefused(IReadOnlyList<string> Keys, string Code) : CaseEvent;

/// <summary>A step did not work after its short repeats; it is tried again later, and the other steps go on meanwhile.</summary>
public sealed record StepFailed(StepKind Step) : CaseEvent;

/// <summary>The case's orchestration had ended although the case had not: it goes on in a new one.</summary>
public sealed record CaseResumed : CaseEvent;

public sealed record CaseClosed : CaseEvent;

/// <summary>Why the program asks a manager to answer.</summary>
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
}

public static class HandoverReasons
{
    /// <summary>
    /// Whether the manager has to give the promised answer. The other matters need a manager's look, and the answer goes on meanwhile.
    /// </summary>
    public static bool ConcernsAnswer(this HandoverReason reason) => reason switch
    {
        HandoverReason.PenaltyNotFiled or HandoverReason.NotDecided or HandoverReason.OutcomeProvesNothing or HandoverReason.OutcomeNotConcluded
            or HandoverReason.AnswerNeedsBlock or HandoverReason.MessageFailed or HandoverReason.MessageUnknown or HandoverReason.MessageNotSent => true,
        HandoverReason.BlockNotConfirmed or HandoverReason.ComplaintDiffers or HandoverReason.OutcomeCorrected => false,
    };
}
