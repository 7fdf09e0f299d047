namespace Penalties.Rules;

/// <summary>
/// Something that happened to a case. The activity log keeps each one for years, so the records are append-only: members are added with
/// defaults, never renamed or removed. A text that a person wrote stands with the contact data; the event holds where.
/// </summary>
[JsonDerivedType(typeof(CaseFiled), "case-filed")]
[JsonDerivedType(typeof(CaseReopened), "case-reopened")]
[JsonDerivedType(typeof(CaseResumed), "case-resumed")]
[JsonDerivedType(typeof(CaseClosed), "case-closed")]
[JsonDerivedType(typeof(ComplaintDiffered), "complaint-differed")]
[JsonDerivedType(typeof(DifferenceTakenBack), "difference-taken-back")]
[JsonDerivedType(typeof(ComplaintWithdrawn), "complaint-withdrawn")]
[JsonDerivedType(typeof(TicketLinked), "ticket-linked")]
[JsonDerivedType(typeof(FilingApproved), "filing-approved")]
[JsonDerivedType(typeof(FilingRefused), "filing-refused")]
[JsonDerivedType(typeof(StatementReceived), "statement-received")]
[JsonDerivedType(typeof(StatementWaived), "statement-waived")]
[JsonDerivedType(typeof(BoardPostStarted), "board-post-started")]
[JsonDerivedType(typeof(BoardPosted), "board-posted")]
[JsonDerivedType(typeof(BoardCommented), "board-commented")]
[JsonDerivedType(typeof(BlockAgreed), "block-agreed")]
[JsonDerivedType(typeof(BlockDeclined), "block-declined")]
[JsonDerivedType(typeof(BlockRequested), "block-requested")]
[JsonDerivedType(typeof(BlockConfirmed), "block-confirmed")]
[JsonDerivedType(typeof(BlockFailed), "block-failed")]
[JsonDerivedType(typeof(BlockFoundLifted), "block-found-lifted")]
[JsonDerivedType(typeof(BlockUnchecked), "block-unchecked")]
[JsonDerivedType(typeof(BlockChecked), "block-checked")]
[JsonDerivedType(typeof(UnblockOrdered), "unblock-ordered")]
[JsonDerivedType(typeof(UnblockRequested), "unblock-requested")]
[JsonDerivedType(typeof(BlockLifted), "block-lifted")]
[JsonDerivedType(typeof(UnblockFailed), "unblock-failed")]
[JsonDerivedType(typeof(FeedbackAsked), "feedback-asked")]
[JsonDerivedType(typeof(FeedbackDated), "feedback-dated")]
[JsonDerivedType(typeof(FeedbackPromised), "feedback-promised")]
[JsonDerivedType(typeof(PromiseDated), "promise-dated")]
[JsonDerivedType(typeof(ComplaintDated), "complaint-dated")]
[JsonDerivedType(typeof(RideDated), "ride-dated")]
[JsonDerivedType(typeof(DecisionAsked), "decision-asked")]
[JsonDerivedType(typeof(OutcomeChecked), "outcome-checked")]
[JsonDerivedType(typeof(ComplaintRenewed), "complaint-renewed")]
[JsonDerivedType(typeof(CallbackNumberAgreed), "callback-number-agreed")]
[JsonDerivedType(typeof(ReContacted), "re-contacted")]
[JsonDerivedType(typeof(CompensationAsked), "compensation-asked")]
[JsonDerivedType(typeof(CallbackWanted), "callback-wanted")]
[JsonDerivedType(typeof(CallbackFiled), "callback-filed")]
[JsonDerivedType(typeof(CallbackDone), "callback-done")]
[JsonDerivedType(typeof(CallbackCancelled), "callback-cancelled")]
[JsonDerivedType(typeof(CallbackUnanswered), "callback-unanswered")]
[JsonDerivedType(typeof(CallbackNumberRefused), "callback-number-refused")]
[JsonDerivedType(typeof(OutcomePending), "outcome-pending")]
[JsonDerivedType(typeof(OutcomeConcluded), "outcome-concluded")]
[JsonDerivedType(typeof(OutcomeCorrected), "outcome-corrected")]
[JsonDerivedType(typeof(AppealFiled), "appeal-filed")]
[JsonDerivedType(typeof(AppealRejected), "appeal-rejected")]
[JsonDerivedType(typeof(OutcomeOverturned), "outcome-overturned")]
[JsonDerivedType(typeof(MessageReserved), "message-reserved")]
[JsonDerivedType(typeof(MessageSent), "message-sent")]
[JsonDerivedType(typeof(MessageDelivered), "message-delivered")]
[JsonDerivedType(typeof(MessageFailed), "message-failed")]
[JsonDerivedType(typeof(MessageUnknown), "message-unknown")]
[JsonDerivedType(typeof(MessageResendOrdered), "message-resend-ordered")]
[JsonDerivedType(typeof(DeliveryChecked), "delivery-checked")]
[JsonDerivedType(typeof(HandedToManager), "handed-to-manager")]
[JsonDerivedType(typeof(HandoverSettled), "hand-over-settled")]
[JsonDerivedType(typeof(ManagerAnswered), "manager-answered")]
[JsonDerivedType(typeof(ManagerReminded), "manager-reminded")]
[JsonDerivedType(typeof(NotesWritten), "notes-written")]
[JsonDerivedType(typeof(TextsRefused), "texts-refused")]
[JsonDerivedType(typeof(StepFailed), "step-failed")]
public abstract record CaseEvent;

/// <summary>What only a named person may decide. The table refuses it without one, so no part of the program can.</summary>
public interface IDecidedByPerson
{
    /// <summary>Id of the person; never empty and never the program.</summary>
    string Person { get; }
}

/// <summary>What a person decided about the driver: which penalty it is, and who decided it, are not for everybody who sees the case.</summary>
public interface IDecidedAboutDriver : IDecidedByPerson;

/// <summary>The first event of every case.</summary>
/// <param name="Policy">The time rules the case begins and ends with; absent in none but the oldest logs.</param>
/// <param name="About">On a callback: the complaint it belongs to.</param>
public sealed record CaseFiled(string CaseId, Complaint Complaint, CasePolicy? Policy = null, string? About = null) : CaseEvent;

/// <summary>A named person opened a closed case again: it stays open until a manager has settled it.</summary>
public sealed record CaseReopened(string By, string Reason) : CaseEvent;

/// <summary>The case's orchestration had ended although the case had not: it goes on in a new one.</summary>
public sealed record CaseResumed : CaseEvent;

public sealed record CaseClosed : CaseEvent;

/// <summary>
/// A ticket told of another ride, driver, customer, violation or centre, or too late that the agent cannot judge: a manager has to look, what the case
/// is about stays as it was.
/// </summary>
/// <param name="Centre">Absent in the oldest logs.</param>
/// <param name="Unclear">The agent cannot judge.</param>
/// <param name="ToldAt">When the ticket was saved; absent in the oldest logs.</param>
/// <param name="BlockAgreed">The customer agreed to the block of the driver who is told: kept with it, because it is about nobody else.</param>
public sealed record ComplaintDiffered(
    string RideKey,
    string DriverId,
    string CustomerKey,
    Violation Violation,
    Centre? Centre = null,
    bool Unclear = false,
    DateTimeOffset? ToldAt = null,
    bool BlockAgreed = false) : CaseEvent
{
    /// <summary>Whenever it was told.</summary>
    public bool TellsTheSame(ComplaintDiffered? other) => other is not null && this with { ToldAt = other.ToldAt } == other;
}

/// <summary>The complaint's own ticket tells again what the case has: nothing is told otherwise any more.</summary>
/// <param name="ToldAt">When the ticket was saved.</param>
public sealed record DifferenceTakenBack(DateTimeOffset ToldAt) : CaseEvent;

/// <summary>The agent cannot judge after all, and nothing stands on the board yet: a manager decides.</summary>
public sealed record DecisionAsked : CaseEvent;

/// <summary>A delayed webhook told that the customer had complained earlier than was known; a ride that is not dated itself is dated by that.</summary>
public sealed record ComplaintDated(DateTimeOffset ComplainedAt, DateOnly RideDate) : CaseEvent;

/// <summary>The ticket told the ride's date; of several, the one told last holds.</summary>
/// <param name="ToldAt">When the agent saved it.</param>
public sealed record RideDated(DateOnly RideDate, DateTimeOffset ToldAt) : CaseEvent;

/// <summary>The customer takes the complaint back: no post that was not begun, no answer that was not sent, no count for the driver.</summary>
public sealed record ComplaintWithdrawn(string By, string Reason) : CaseEvent;

/// <summary>The customer, who had taken the complaint back, complains of the same again.</summary>
public sealed record ComplaintRenewed : CaseEvent;

/// <summary>The same customer complained of the same driver and ride on another ticket: linked to this case, not doubled.</summary>
public sealed record TicketLinked(string Account, string Ticket) : CaseEvent;

/// <summary>A named manager decided that the penalty request is filed.</summary>
public sealed record FilingApproved(string By, string Reason) : CaseEvent, IDecidedByPerson
{
    string IDecidedByPerson.Person => By;
}

/// <summary>A named manager decided that no penalty request is filed.</summary>
public sealed record FilingRefused(string By, string Reason) : CaseEvent, IDecidedByPerson
{
    string IDecidedByPerson.Person => By;
}

/// <param name="Text">Where the driver's words stand.</param>
public sealed record StatementReceived(string By, string Text) : CaseEvent;

/// <summary>The driver was asked and has nothing to say, or did not answer in time.</summary>
public sealed record StatementWaived(string By, string Reason) : CaseEvent;

/// <summary>From here on the post may stand on the board, whatever answer arrives: it is too late to decide against it.</summary>
public sealed record BoardPostStarted : CaseEvent;

public sealed record BoardPosted(string PostId) : CaseEvent;

/// <summary>The comments with these keys stand under the board post.</summary>
public sealed record BoardCommented(IReadOnlyList<string> Keys) : CaseEvent;

public sealed record BlockAgreed : CaseEvent;

public sealed record BlockDeclined : CaseEvent;

/// <summary>The block command with this number (1, 2, …) was accepted by the queue.</summary>
public sealed record BlockRequested(int Attempt) : CaseEvent;

/// <param name="Attempt">Number of the command this is the result of; 0 where it is not known.</param>
public sealed record BlockConfirmed(DateTimeOffset BlockedAt, int Attempt = 0) : CaseEvent;

/// <param name="Code">A code of ours, such as "driver_not_found"; never a provider's text.</param>
/// <param name="Attempt">Number of the command this is the result of; 0 where it is not known.</param>
public sealed record BlockFailed(string Code, int Attempt = 0) : CaseEvent;

/// <summary>Asked right before a text that says so, the driver admin told that the confirmed block does not stand: somebody lifted it there.</summary>
/// <param name="Attempt">Number of the command that had made it.</param>
public sealed record BlockFoundLifted(DateTimeOffset FoundAt, int Attempt) : CaseEvent;

/// <summary>A text that is to say that the block stands waits: the driver admin does not tell whether it does.</summary>
public sealed record BlockUnchecked : CaseEvent;

/// <summary>The driver admin, which did not tell before, told that the block stands.</summary>
public sealed record BlockChecked : CaseEvent;

/// <summary>A named manager lifts the block, in both directions.</summary>
public sealed record UnblockOrdered(string By, string Reason) : CaseEvent, IDecidedByPerson
{
    string IDecidedByPerson.Person => By;
}

/// <inheritdoc cref="BlockRequested"/>
public sealed record UnblockRequested(int Attempt) : CaseEvent;

/// <param name="Attempt">Number of the command this is the result of; 0 where it is not known.</param>
public sealed record BlockLifted(DateTimeOffset LiftedAt, int Attempt = 0) : CaseEvent;

/// <summary>Whether the block was lifted nobody can say: the driver admin refused, or was not reached.</summary>
/// <param name="Code">A code of ours; never a provider's text.</param>
/// <param name="Attempt">Number of the command this is the result of; 0 where it is not known.</param>
public sealed record UnblockFailed(string Code, int Attempt = 0) : CaseEvent;

/// <summary>The customer asked what became of it: stage 1 or 2, answered by script.</summary>
/// <param name="Guidance">Name and version of the guidance that was given, such as "feedback-1@1".</param>
/// <param name="AskedAt">When the customer asked; absent: the time of this event.</param>
public sealed record FeedbackAsked(int Stage, string? Guidance = null, DateTimeOffset? AskedAt = null) : CaseEvent;

/// <summary>
/// A delayed webhook told of stage 1 or 2 after a later stage was known, or of an earlier time of it: whether the script was followed does not
/// depend on the order in which its steps arrive.
/// </summary>
public sealed record FeedbackDated(int Stage, DateTimeOffset AskedAt) : CaseEvent;

/// <summary>Stage 3.</summary>
/// <param name="AskedAt">When the customer asked, from which the promise runs; absent: the time of this event.</param>
public sealed record FeedbackPromised(DateTimeOffset? AskedAt = null, string? Guidance = null) : CaseEvent;

/// <summary>A delayed webhook told that the customer had asked for the third time earlier than was known.</summary>
public sealed record PromiseDated(DateTimeOffset AskedAt) : CaseEvent;

/// <summary>재인입. <paramref name="AskedWhen"/>: the customer asked when the answer comes and was told "within 1–2 days".</summary>
/// <param name="Guidance">Name and version of what the agent was told to say; absent: nobody was told anything, as on a linked ticket.</param>
public sealed record ReContacted(bool AskedWhen, string? Guidance = null) : CaseEvent;

/// <summary>The customer asked for money: stage 1 was refused by script, stage 2 goes to a supervisor.</summary>
/// <param name="Guidance">Name and version of the guidance that was given.</param>
public sealed record CompensationAsked(int Stage, string? Guidance = null) : CaseEvent;

/// <summary>A supervisor is to phone the customer.</summary>
/// <param name="Consent">Where the consent to another number stands; absent: the number of the account is phoned.</param>
public sealed record CallbackWanted(CallbackCause Cause, string? Consent = null) : CaseEvent;

/// <summary>After the callback was asked for, the customer agreed to being phoned on another number.</summary>
/// <param name="Consent">Where the consent stands.</param>
public sealed record CallbackNumberAgreed(string Consent) : CaseEvent;

/// <summary>The callback stands as a case of its own.</summary>
public sealed record CallbackFiled(string CallbackId) : CaseEvent;

/// <summary>A named person phoned the customer.</summary>
public sealed record CallbackDone(string By, string Reason) : CaseEvent, IDecidedByPerson
{
    string IDecidedByPerson.Person => By;
}

/// <summary>A named person decided that the customer is not phoned.</summary>
public sealed record CallbackCancelled(string By, string Reason) : CaseEvent, IDecidedByPerson
{
    string IDecidedByPerson.Person => By;
}

/// <summary>부재: a named person phoned and nobody answered. The customer is still to be phoned; after the last try a manager decides.</summary>
public sealed record CallbackUnanswered(string By, string Reason) : CaseEvent, IDecidedByPerson
{
    string IDecidedByPerson.Person => By;
}

/// <summary>Another number was given without what has to be recorded first; the number on the account stays.</summary>
/// <param name="Missing">Names of the fields that are missing or wrong.</param>
public sealed record CallbackNumberRefused(IReadOnlyList<string> Missing) : CaseEvent;

/// <summary>The driver admin was asked at the due date or after, and nothing was concluded.</summary>
public sealed record OutcomePending : CaseEvent;

/// <summary>A named person concluded the driver outcome.</summary>
public sealed record OutcomeConcluded(OutcomeKind Kind, string DecidedBy, DateTimeOffset ConcludedAt) : CaseEvent, IDecidedAboutDriver
{
    string IDecidedByPerson.Person => DecidedBy;
}

/// <summary>The driver admin was asked at the due date, and has nothing newer than what is known.</summary>
public sealed record OutcomeChecked : CaseEvent;

/// <summary>A named person concluded something else than before. After the message was sent it goes to a manager.</summary>
public sealed record OutcomeCorrected(OutcomeKind Kind, string DecidedBy, DateTimeOffset ConcludedAt) : CaseEvent, IDecidedAboutDriver
{
    string IDecidedByPerson.Person => DecidedBy;
}

/// <summary>The driver appeals against the outcome, once and within the period; a message not yet sent waits.</summary>
public sealed record AppealFiled(string By, string Reason) : CaseEvent;

/// <summary>A named person decided that the outcome stands.</summary>
public sealed record AppealRejected(string By, string Reason) : CaseEvent, IDecidedAboutDriver
{
    string IDecidedByPerson.Person => By;
}

/// <summary>A named person granted the appeal: this outcome stands in the other's place.</summary>
public sealed record OutcomeOverturned(OutcomeKind Kind, string DecidedBy, DateTimeOffset ConcludedAt, string Reason) : CaseEvent, IDecidedAboutDriver
{
    string IDecidedByPerson.Person => DecidedBy;
}

/// <param name="Attempt">1, 2, …: another follows a failed one only by a named manager.</param>
/// <param name="Reference">The provider's own id for the attempt, known before anything is sent.</param>
/// <param name="Template">Name and version of the text, such as "feedback@1".</param>
/// <param name="Date">The date in the text.</param>
/// <param name="Claims">What the text says.</param>
public sealed record MessageReserved(
    int Attempt, string Reference, string Template, int Bytes, DateOnly? Date = null, Claims Claims = Claims.None) : CaseEvent;

public sealed record MessageSent(int Attempt) : CaseEvent;

public sealed record MessageDelivered(int Attempt) : CaseEvent;

/// <param name="Code">The provider's status code, or a code of ours for a message that was never ordered to be sent.</param>
public sealed record MessageFailed(int Attempt, string Code) : CaseEvent;

/// <summary>The provider does not say whether the message was taken; it is never sent again by the program.</summary>
public sealed record MessageUnknown(int Attempt) : CaseEvent;

/// <summary>A named manager lets the program try again after a failed message; every condition of sending holds for it as for the first.</summary>
public sealed record MessageResendOrdered(string By, string Reason) : CaseEvent, IDecidedByPerson
{
    string IDecidedByPerson.Person => By;
}

/// <summary>The provider was asked and the message is still on its way.</summary>
public sealed record DeliveryChecked(int Attempt) : CaseEvent;

/// <param name="By">The person who asked for it; absent where the program did.</param>
/// <param name="Text">Where that person's words stand.</param>
public sealed record HandedToManager(HandoverReason Reason, string? By = null, string? Text = null) : CaseEvent;

/// <summary>A named manager dealt with what was handed over; a promised answer stays promised.</summary>
public sealed record HandoverSettled(string By, string Reason) : CaseEvent, IDecidedByPerson
{
    string IDecidedByPerson.Person => By;
}

/// <summary>A named manager answered the customer in the program's place.</summary>
public sealed record ManagerAnswered(string By, string Reason, AnswerWay Way = AnswerWay.Telephone) : CaseEvent, IDecidedByPerson
{
    string IDecidedByPerson.Person => By;
}

/// <param name="Number">Of this kind in a row: 1, 2, …</param>
/// <param name="Told">With <see cref="ReminderKind.AnswerOverdue"/>: the day the customer was told.</param>
public sealed record ManagerReminded(ReminderKind Kind, int Number, DateOnly? Told = null) : CaseEvent;

/// <summary>The notes with these keys stand on the CRM ticket.</summary>
public sealed record NotesWritten(IReadOnlyList<string> Keys) : CaseEvent;

/// <summary>The outside system will never take these texts, a closed ticket for example: they are owed no more.</summary>
public sealed record TextsRefused(IReadOnlyList<string> Keys, string Code) : CaseEvent;

/// <summary>A step did not work after its short repeats; it is tried again later, and the other steps go on meanwhile.</summary>
public sealed record StepFailed(StepKind Step) : CaseEvent;
