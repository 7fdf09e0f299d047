namespace Penalties.Rules;

/// <summary>
/// A case as its activity log tells it: one facet for each thing that can stand differently, and the few facts the rules need.
/// Changed only by <see cref="Transitions"/>. Holds ids and terms, no personal data.
/// </summary>
public sealed record PenaltyCase
{
    /// <summary>How often a customer who does not answer is phoned before a manager decides.</summary>
    public const int MostCallbackTries = 3;

    /// <summary>Derived from CRM account, ticket and kind: <see cref="CaseId"/>.</summary>
    public required string Id { get; init; }

    public required Complaint Complaint { get; init; }

    /// <summary>On a callback: the complaint it belongs to.</summary>
    public string? About { get; init; }

    /// <summary>Number of the last activity-log entry: 1, 2, …</summary>
    public long Seq { get; init; }

    /// <summary>1 for the first orchestration of the case, 2 after it was opened again.</summary>
    public int Run { get; init; } = 1;

    public DateTimeOffset FiledAt { get; init; }

    /// <summary>When the last activity-log entry was written.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>The time rules the case began with.</summary>
    public CasePolicy Policy { get; init; } = new();

    public ComplaintState Standing { get; init; }

    /// <summary>When the customer last took the complaint back.</summary>
    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>What the ticket told last that differed.</summary>
    public ComplaintDiffered? Difference { get; init; }

    /// <summary>The ticket told of another complaint, and no manager has been told yet.</summary>
    public bool DifferenceOpen { get; init; }

    /// <summary>What is told otherwise than the case has it, and nobody has decided about.</summary>
    public IReadOnlyList<FactChange> OpenFacts { get; init; } = [];

    /// <summary>What was told otherwise and is not so: told again it is no news.</summary>
    public IReadOnlyList<FactChange> RefusedFacts { get; init; } = [];

    /// <summary>When the ticket was saved that told the facts the case has: an earlier save that comes later tells nothing otherwise.</summary>
    public DateTimeOffset? FactsToldAt { get; init; }

    /// <summary>Other tickets on which the same customer complained of the same driver and ride, as "account:ticket".</summary>
    public IReadOnlyList<string> LinkedTickets { get; init; } = [];

    public DecisionState Decision { get; init; }

    public StatementState Statement { get; init; }

    public BoardState Board { get; init; }

    public string? PostId { get; init; }

    public BlockState Block { get; init; }

    /// <summary>
    /// Number of the block or un-block command last accepted by the queue; 0 for none. It only grows, also by a block that was found to be lifted.
    /// </summary>
    public int BlockAttempt { get; init; }

    /// <summary>A command is still to be sent: to block where the block is pending, to lift where it is being lifted.</summary>
    public bool BlockCommandOwed { get; init; }

    /// <summary>
    /// The number of the command whose result is waited for: one that is still owed counts, its result may overtake the record that it was
    /// sent.
    /// </summary>
    [JsonIgnore]
    public int BlockCommand => BlockAttempt + (BlockCommandOwed ? 1 : 0);

    public DateTimeOffset? BlockAgreedAt { get; init; }

    /// <summary>Until when the agreed block waited for somebody to say about whom the complaint is: its limit runs from here.</summary>
    public DateTimeOffset? BlockHeldUntil { get; init; }

    public DateTimeOffset? UnblockOrderedAt { get; init; }

    /// <summary>A manager was told that this block, or its lifting, is not confirmed; the program waits for it no more.</summary>
    public bool BlockGivenUp { get; init; }

    /// <summary>Since when a text waits for the driver admin to tell whether the block stands; null while none does.</summary>
    public DateTimeOffset? BlockUncheckedSince { get; init; }

    /// <summary>The driver admin refused to lift the block, and no manager has been told yet.</summary>
    public bool UnblockRefused { get; init; }

    /// <summary>A manager was asked what the customer, who had been told "never matched", is to be told of the lifting.</summary>
    public bool LiftingAsked { get; init; }

    public PromiseState Promise { get; init; }

    /// <summary>0 = the customer never asked; 1 and 2 are answered by script; 3 opened the promise.</summary>
    public int FeedbackStage { get; init; }

    /// <summary>When the customer asked for the first time, stage 1; null while nobody told.</summary>
    public DateTimeOffset? FirstAskedAt { get; init; }

    /// <summary>The same for stage 2.</summary>
    public DateTimeOffset? SecondAskedAt { get; init; }

    public DateTimeOffset? PromisedAt { get; init; }

    public int ReContacts { get; init; }

    /// <summary>The last time the customer, asking when, was told "within 1–2 days".</summary>
    public DateTimeOffset? AskedWhenAt { get; init; }

    public OutcomeState Outcome { get; init; }

    public OutcomeKind? OutcomeKind { get; init; }

    public DateTimeOffset? ConcludedAt { get; init; }

    /// <summary>When the driver admin last told what it knows, whether it was asked or not.</summary>
    public DateTimeOffset? OutcomeCheckedAt { get; init; }

    public MessageState Message { get; init; }

    public int MessageAttempt { get; init; }

    public string? MessageReference { get; init; }

    /// <summary>Name and version of the reserved text.</summary>
    public string? MessageTemplate { get; init; }

    /// <summary>The date in the reserved text.</summary>
    public DateOnly? MessageDate { get; init; }

    /// <summary>What the reserved text says.</summary>
    public Claims MessageClaims { get; init; }

    public DateTimeOffset? MessageSentAt { get; init; }

    public DateTimeOffset? DeliveryCheckedAt { get; init; }

    public HandoverState Handover { get; init; }

    public HandoverReason? HandoverReason { get; init; }

    /// <summary>The manager was asked to give the promised answer.</summary>
    public bool AnswerWithManager { get; init; }

    /// <summary>How a manager answered the customer; null where none did.</summary>
    public AnswerWay? ManagerAnsweredBy { get; init; }

    /// <summary>A manager gave the promised answer back to the program: its limits run from here.</summary>
    public DateTimeOffset? AnswerGivenBackAt { get; init; }

    /// <summary>Since when the program is no longer to send the answer; null while it is.</summary>
    public DateTimeOffset? AnswerStoppedAt { get; init; }

    /// <summary>The outcome was changed after the message was begun, and no manager has been told yet.</summary>
    public bool AnswerDoubted { get; init; }

    /// <summary>Since when a person is waited for; null while none is.</summary>
    public DateTimeOffset? ManagerAskedAt { get; init; }

    public DateTimeOffset? RemindedAt { get; init; }

    public int Reminders { get; init; }

    public bool Escalated { get; init; }

    /// <summary>The told date whose passing a manager was reminded of.</summary>
    public DateOnly? OverdueTold { get; init; }

    /// <summary>1 was refused by script, 2 went to a supervisor.</summary>
    public int CompensationStage { get; init; }

    public CallbackState Callback { get; init; }

    public CallbackCause? CallbackCause { get; init; }

    /// <summary>Where the consent to being phoned on another number stands; null: the number of the account is phoned.</summary>
    public string? CallbackConsent { get; init; }

    /// <summary>On a callback: how often nobody answered since it was asked for, or a manager let it be tried again.</summary>
    public int CallbackTries { get; init; }

    /// <summary>Number of the log entry by which the callback was last asked for: tells one asking from the next.</summary>
    public long CallbackAsking { get; init; }

    public LifeState Life { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Notes that do not yet stand on the CRM ticket, oldest first.</summary>
    public IReadOnlyList<OwedText> NotesOwed { get; init; } = [];

    /// <summary>Comments that do not yet stand under the board post, oldest first.</summary>
    public IReadOnlyList<OwedText> CommentsOwed { get; init; } = [];

    /// <summary>Steps that failed and are tried again later.</summary>
    public IReadOnlyList<StalledStep> Stalled { get; init; } = [];

    /// <summary>Business day of the last "not concluded yet" comment: one a day is enough.</summary>
    public DateOnly? PendingCommentOn { get; init; }

    /// <summary>The durable instance that runs the case: <c>{case}</c>, or <c>{case}-r2</c> … after it was opened again.</summary>
    [JsonIgnore]
    public string InstanceId => Run == 1 ? Id : $"{Id}-r{Run}";

    /// <summary>Partition of the case's contact data. Complaints of the same have the same; a callback has its own, for its own number.</summary>
    [JsonIgnore]
    public string ContactKey => Complaint.Kind is CaseKind.Callback || Complaint.MatchKey.Length == 0 ? Id : Complaint.MatchKey;

    /// <summary>KST date on which the customer complained.</summary>
    [JsonIgnore]
    public DateOnly ComplainedOn => Korea.DateOf(Complaint.ComplainedAt ?? FiledAt);

    /// <summary>How the promised answer was given, a delivered text before a manager's; null while none was.</summary>
    [JsonIgnore]
    public AnswerWay? AnsweredBy => Promise is not PromiseState.Answered ? null : Message is MessageState.Delivered ? AnswerWay.Text : ManagerAnsweredBy;

    /// <summary>The stages that the script has before the promise, and that were not told of before it; none without a promise.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> StagesSkipped => PromisedAt is { } promised ? [.. new[] { 1, 2 }.Where(stage => !(AskedAt(stage) <= promised))] : [];

    /// <summary>Whether the event tells of a stage before the promise that is not known, or of an earlier time of it.</summary>
    public bool IsDatedBy(FeedbackDated told) => AskedAt(told.Stage) is { } known ? told.AskedAt < known : !(told.AskedAt > PromisedAt);

    /// <summary>Whether the board post is still to be written.</summary>
    [JsonIgnore]
    public bool BoardPostOwed => Board is BoardState.Posting || (Board is BoardState.None && PostWanted);

    /// <summary>
    /// Driver, ride or customer are told otherwise, and nobody has decided: no block is ordered, and no answer goes out.
    /// </summary>
    [JsonIgnore]
    public bool IsHeld => OpenFacts.Any(change => change.Fact.Holds());

    /// <summary>Whether the program is to send the promised answer.</summary>
    [JsonIgnore]
    public bool AnswerWanted => Promise is PromiseState.Promised && !AnswerWithManager && !IsHeld;

    /// <summary>Whether a command is to go to the driver admin now. A block is lifted whatever is told; none is ordered about a driver in doubt.</summary>
    [JsonIgnore]
    public bool BlockCommandDue => BlockCommandOwed && (Block is BlockState.Lifting || (Block is BlockState.Pending && !IsHeld));

    /// <summary>Nobody answered for the last time: a manager decides whether it is tried again.</summary>
    [JsonIgnore]
    public bool CallbackTriedOut => Callback is CallbackState.Due && CallbackTries >= MostCallbackTries;

    /// <summary>
    /// Whether the customer may have read that the two are never matched again, the block is lifted, and nobody has been asked what to say: in whatever
    /// order it came to that.
    /// </summary>
    [JsonIgnore]
    public bool PromisedBlockLifted => Block is BlockState.Lifted && !LiftingAsked
        && Message is (MessageState.Delivered or MessageState.Unknown) && MessageClaims.HasFlag(Claims.NeverMatched);

    /// <summary>Whether a person is waited for.</summary>
    [JsonIgnore]
    public bool ManagerAsked => Life is LifeState.Open
        && (Decision is DecisionState.Awaited || Handover is HandoverState.WithManager || Callback is CallbackState.Due);

    /// <summary>Whether the driver's record counts it: an internal report that was neither taken back nor found to be no violation.</summary>
    [JsonIgnore]
    public bool Counts => Complaint.Kind is CaseKind.Penalty && Standing is ComplaintState.Standing && OutcomeKind is not Rules.OutcomeKind.NoViolation;

    /// <summary>What the lists and the CRM field show.</summary>
    [JsonIgnore]
    public CaseState State => this switch
    {
        { Life: LifeState.Closed } => CaseState.Closed,
        { Handover: HandoverState.WithManager } => CaseState.WithManager,
        { Callback: CallbackState.Due } => CaseState.CallbackDue,
        { Decision: DecisionState.Awaited } => CaseState.AwaitingDecision,
        { Promise: PromiseState.Promised } => CaseState.AnswerPromised,
        _ => CaseState.InProgress,
    };

    private DateTimeOffset? AskedAt(int stage) => stage == 1 ? FirstAskedAt : SecondAskedAt;

    private bool PostWanted => Complaint.Kind is CaseKind.Penalty
        && Standing is ComplaintState.Standing
        && Decision is not (DecisionState.Awaited or DecisionState.DoNotFile or DecisionState.Dropped)
        && (Decision is DecisionState.File || Promise is not PromiseState.None || Complaint.Violation is not Violation.CallCancellation);
}

/// <summary>Where a case stands as a whole; derived from its facets.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaseState>))]
public enum CaseState
{
    InProgress,
    AwaitingDecision,
    AnswerPromised,
    WithManager,
    CallbackDue,
    Closed,
}

/// <summary>
/// An internal text that has to appear outside exactly once; the key marks it there. It tells what was so when it came to be owed. What a
/// customer reads is never one of these: it is a <see cref="FeedbackMessage"/>.
/// </summary>
/// <param name="Number">Stage asked, count of re-contacts, or count of reminders.</param>
/// <param name="Guidance">Name and version of what the agent was told to say, where that is what it tells.</param>
public sealed record OwedText(string Key, TextKind Kind, int Number = 0, HandoverReason? Reason = null, string? Guidance = null);

/// <param name="Failures">In a row.</param>
/// <param name="RetryAt">Not tried before.</param>
public sealed record StalledStep(StepKind Step, int Failures, DateTimeOffset RetryAt);

/// <summary>What a contact-log note or a board comment tells.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TextKind>))]
public enum TextKind
{
    Recorded,
    DecisionAwaited,
    NotFiled,
    Filed,
    BlockConfirmed,
    BlockDeclined,
    BlockFailed,
    FeedbackPromised,
    FeedbackGuided,
    ReContacted,
    ReContactedAfterAnswer,
    ReContactedAfterWithdrawal,
    OutcomePending,
    HandedToManager,
    HandoverSettled,
    ManagerAnswered,
    Answered,
    Withdrawn,
    Reopened,
    Linked,
    BlockLifted,
    CompensationRefused,
    CallbackAsked,
    CallbackRecorded,
    CallbackDone,
    CallbackCancelled,
    CallbackUnanswered,
    CallbackNumberRefused,
    CallbackNumberAgreed,
    Renewed,
    ReminderWaiting,
    ReminderEscalated,
    ReminderOverdue,
    AppealFiled,
    AppealDecided,
    ResendOrdered,
    BlockFoundLifted,
}
