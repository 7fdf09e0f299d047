using System.Text.Json.Serialization;

namespace Penalties.Rules;

/// <summary>
/// A case as its activity log tells it: one facet for each thing that can stand differently, and the few facts the rules need.
/// Changed only by <see cref="Transitions"/>. Holds ids and terms, no personal data.
/// </summary>
public sealed record PenaltyCase
{
    /// <summary>Derived from CRM account, ticket and kind: <see cref="CaseId"/>.</summary>
    public required string Id { get; init; }

    public required Complaint Complaint { get; init; }

    /// <summary>Number of the last activity-log entry: 1, 2, …</summary>
    public long Seq { get; init; }

    /// <summary>1 for the first orchestration of the case, 2 after it was opened again.</summary>
    public int Run { get; init; } = 1;

    public DateTimeOffset FiledAt { get; init; }

    /// <summary>When the last activity-log entry was written.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>The time rules the case began with.</summary>
    public CasePolicy Policy { get; init; } = new();

    public DecisionState Decision { get; init; }

    public BoardState Board { get; init; }

    public string? PostId { get; init; }

    public BlockState Block { get; init; }

    /// <summary>Number of the block command last accepted by the queue; 0 for none.</summary>
    public int BlockAttempt { get; init; }

    public DateTimeOffset? BlockAgreedAt { get; init; }

    /// <summary>A manager was told that this block is not confirmed; the program waits for it no more.</summary>
    public bool BlockGivenUp { get; init; }

    public PromiseState Promise { get; init; }

    /// <summary>0 = the customer never asked; 1 and 2 are answered by script; 3 opened the promise.</summary>
    public int FeedbackStage { get; init; }

    public DateTimeOffset? PromisedAt { get; init; }

    public OutcomeState Outcome { get; init; }

    public OutcomeKind? OutcomeKind { get; init; }

    public DateTimeOffset? ConcludedAt { get; init; }

    /// <summary>When the driver admin last answered that nothing was concluded.</summary>
    public DateTimeOffset? OutcomeCheckedAt { get; init; }

    public MessageState Message { get; init; }

    public int MessageAttempt { get; init; }

    public string? MessageReference { get; init; }

    /// <summary>Name and version of the reserved text.</summary>
    public string? MessageTemplate { get; init; }

    /// <summary>The date in the reserved text.</summary>
    public DateOnly? MessageDate { get; init; }

    public DateTimeOffset? MessageSentAt { get; init; }

    public DateTimeOffset? DeliveryCheckedAt { get; init; }

    public HandoverState Handover { get; init; }

    public HandoverReason? HandoverReason { get; init; }

    /// <summary>The manager was asked to give the promised answer.</summary>
    public bool AnswerWithManager { get; init; }

    /// <summary>The outcome was corrected after the message was sent, and no manager has been told yet.</summary>
    public bool AnswerDoubted { get; init; }

    /// <summary>The ticket told of another complaint, and no manager has been told yet.</summary>
    public bool DifferenceOpen { get; init; }

    /// <summary>What the ticket told last that differed.</summary>
    public ComplaintDiffered? Difference { get; init; }

    public int ReContacts { get; init; }

    /// <summary>The last time the customer, asking when, was told "within 1–2 days".</summary>
    public DateTimeOffset? AskedWhenAt { get; init; }

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

    /// <summary>Whether the board post is still to be written.</summary>
    [JsonIgnore]
    public bool BoardPostOwed => Board is BoardState.Posting || (Board is BoardState.None && PostWanted);

    private bool PostWanted => Decision is not (DecisionState.Awaited or DecisionState.DoNotFile)
        && (Decision is DecisionState.File || Promise is not PromiseState.None || Complaint.Violation is not Violation.CallCancellation);

    /// <summary>What the lists and the CRM field show.</summary>
    [JsonIgnore]
    public CaseState State => this switch
    {
        { Life: LifeState.Closed } => CaseState.Closed,
        { Handover: HandoverState.WithManager } => CaseState.WithManager,
        { Decision: DecisionState.Awaited } => CaseState.AwaitingDecision,
        { Promise: PromiseState.Promised } => CaseState.AnswerPromised,
        _ => CaseState.InProgress,
    };
}

/// <summary>Where a case stands as a whole; derived from its facets.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaseState>))]
public enum CaseState
{
    InProgress,
    AwaitingDecision,
    AnswerPromised,
    WithManager,
    Closed,
}

/// <summary>A text that has to appear outside exactly once; the key marks it there. It tells what was so when it came to be owed.</summary>
/// <param name="Number">Stage asked, or count of re-contacts.</param>
public sealed record OwedText(string Key, TextKind Kind, int Number = 0, HandoverReason? Reason = null);

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
    OutcomePending,
    HandedToManager,
    HandoverSettled,
    ManagerAnswered,
    Answered,
}
