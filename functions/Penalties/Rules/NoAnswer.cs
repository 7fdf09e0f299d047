namespace Penalties.Rules;

/// <summary>
/// Whether a promised answer can still come by itself. Where it cannot, a manager has it as soon as that is known, and not when it is due: the customer
/// was told a day, and people work on some days only.
/// </summary>
public static class NoAnswer
{
    /// <summary>Why none can come as things stand; null where one can.</summary>
    /// <param name="proves">What the concluded outcome proves; null while none is concluded.</param>
    public static HandoverReason? Why(PenaltyCase current, Claims? proves) => current switch
    {
        { Message: MessageState.Failed } => HandoverReason.MessageFailed,
        { Message: MessageState.Unknown } => HandoverReason.MessageUnknown,
        { Message: MessageState.Reserved or MessageState.Sent or MessageState.Delivered } => null,
        { Decision: DecisionState.DoNotFile } => HandoverReason.PenaltyNotFiled,
        { Outcome: not OutcomeState.Appealed } when proves is { } claims && AnswerRule.Choose(claims, BlockState.Confirmed) is Answer.Manager =>
            HandoverReason.OutcomeProvesNothing,
        { BlockToTell: BlockState.Failed } => HandoverReason.AnswerNeedsBlock,
        _ => null,
    };

    /// <summary>Why it waits for a person who was asked and has not acted; null where it does not.</summary>
    public static HandoverReason? Awaits(PenaltyCase current) => current switch
    {
        { Message: not MessageState.None } => null,
        { Decision: DecisionState.Awaited } => HandoverReason.NotDecided,
        { BlockToTell: BlockState.Pending, BlockGivenUp: true } => HandoverReason.AnswerNeedsBlock,
        _ => null,
    };

    /// <summary>
    /// What a manager was asked for before the answer is due is no longer so, and nobody has answered: the program can. Later the manager keeps it.
    /// </summary>
    public static bool IsOver(CaseSnapshot snapshot, DateTimeOffset now) =>
        snapshot.Case is { AnswerWithManager: true, Promise: PromiseState.Promised, HandoverReason: { } asked }
        && now < snapshot.Due
        && asked is HandoverReason.PenaltyNotFiled or HandoverReason.OutcomeProvesNothing or HandoverReason.AnswerNeedsBlock or HandoverReason.NotDecided
        && Why(snapshot.Case, snapshot.Proves) is null
        && Awaits(snapshot.Case) is null;

    /// <summary>
    /// What to do about an answer that is not due yet: what cannot come is handed over at once, what waits for a person on the last working day before
    /// the day told. A manager who gave it back knows why, and is asked once more on that day.
    /// </summary>
    public static Step BeforeDue(CaseSnapshot snapshot, DateTimeOffset due, DateTimeOffset now)
    {
        var promised = snapshot.Case.PromisedAt;
        var givenBack = snapshot.Case.AnswerGivenBackAt >= promised ? snapshot.Case.AnswerGivenBackAt : null;
        var last = snapshot.HandOverBy is { } by && by > (givenBack ?? promised) && by < due ? by : due;
        var known = Why(snapshot.Case, snapshot.Proves);
        var from = known is not null && givenBack is null ? now : last;
        return (known ?? Awaits(snapshot.Case)) is not { } reason || from == due ? new(StepKind.Wait, due)
            : now >= from ? new(StepKind.HandToManager, Reason: reason)
            : new(StepKind.Wait, from);
    }
}
