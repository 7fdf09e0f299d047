namespace Penalties.Rules;

/// <summary>What an activity gives back to the recipe: the case, and what had to be looked up to decide about it.</summary>
/// <param name="Due">When the promised answer is due; null without a promise.</param>
/// <param name="Proves">What the concluded outcome proves; null while none is concluded.</param>
/// <param name="Remind">The next reminder of a person who is waited for.</param>
/// <param name="IsPaused">All sending is paused: known only to the step that wanted to send.</param>
/// <param name="At">Business time at which the activity looked. The recipe decides by it: the engine's own time is real time.</param>
public sealed record CaseSnapshot(
    PenaltyCase Case, DateTimeOffset? Due = null, Claims? Proves = null, Reminder? Remind = null, bool IsPaused = false, DateTimeOffset At = default);

[JsonConverter(typeof(JsonStringEnumConverter<StepKind>))]
public enum StepKind
{
    RequestDriverBlock,
    PostPenaltyRequest,
    WriteContactLog,
    CommentOnBoard,
    FileCallback,
    CheckDriverOutcome,
    SendFeedbackSms,
    SettleReservation,
    CheckSmsDelivery,
    HandToManager,
    RemindManager,
    CloseCase,
    Wait,
    End,
}

/// <summary>What to do now. <paramref name="Until"/>: with <see cref="StepKind.Wait"/>, the earliest alarm (null: only a change can help).</summary>
public sealed record Step(StepKind Kind, DateTimeOffset? Until = null, HandoverReason? Reason = null);

/// <summary>
/// What a case wants next. Timers and events only knock; this rule looks at the state. Everything that is wanted now is done in its order; a
/// step that failed a while ago is left out until it is tried again, so that one system that is away keeps nothing else waiting.
/// </summary>
public static class NextStep
{
    public static Step Of(CaseSnapshot snapshot, DateTimeOffset now, CasePolicy policy)
    {
        if (snapshot.Case.Life is LifeState.Closed)
        {
            return new(StepKind.End);
        }

        var isWanted = false;
        DateTimeOffset? alarm = null;
        foreach (var step in Wanted(snapshot, now, policy))
        {
            var until = step.Kind is StepKind.Wait ? step.Until : RetryAt(snapshot.Case, step.Kind);
            if (step.Kind is not StepKind.Wait && !(until > now))
            {
                return step;
            }

            isWanted = true;

            // What has passed is no alarm: it would ring at once, and again. Whatever follows from it is a step of its own, perhaps stalled.
            alarm = until > now && !(alarm < until) ? until : alarm;
        }

        return isWanted ? new(StepKind.Wait, alarm) : new(StepKind.CloseCase);
    }

    /// <summary>
    /// Whether the case wants this step, be it first or not: what else it wants must not keep a step that was begun from being recorded.
    /// </summary>
    /// <param name="reason">With <see cref="StepKind.HandToManager"/>: for this reason.</param>
    public static bool Wants(StepKind kind, HandoverReason? reason, CaseSnapshot snapshot, DateTimeOffset now, CasePolicy policy) =>
        kind is StepKind.CloseCase or StepKind.Wait or StepKind.End
            ? Of(snapshot, now, policy).Kind == kind
            : snapshot.Case.Life is LifeState.Open && Wanted(snapshot, now, policy).Any(step => step.Kind == kind && (reason is null || step.Reason == reason));

    private static DateTimeOffset? RetryAt(PenaltyCase current, StepKind step) => current.Stalled.FirstOrDefault(stalled => stalled.Step == step)?.RetryAt;

    private static IEnumerable<Step> Wanted(CaseSnapshot snapshot, DateTimeOffset now, CasePolicy policy)
    {
        var current = snapshot.Case;
        if (current.BlockCommandDue)
        {
            yield return new(StepKind.RequestDriverBlock);
        }

        if (current.BoardPostOwed)
        {
            yield return new(StepKind.PostPenaltyRequest);
        }

        if (current.Callback is CallbackState.Wanted)
        {
            yield return new(StepKind.FileCallback);
        }

        if (current.NotesOwed.Count > 0)
        {
            yield return new(StepKind.WriteContactLog);
        }

        if (current is { CommentsOwed.Count: > 0, PostId: not null })
        {
            yield return new(StepKind.CommentOnBoard);
        }

        if (MatterFor(current, now, policy) is { } matter)
        {
            yield return HandOver(matter);
        }
        else if (current is { Block: BlockState.Pending, IsHeld: false, BlockGivenUp: false } or { Block: BlockState.Lifting, BlockGivenUp: false })
        {
            yield return Wait(BlockLimit(current, policy));
        }

        if (TowardsSettledLedger(current, now, policy) is { } settling)
        {
            yield return settling;
        }

        if (current.AnswerWanted)
        {
            yield return TowardsAnswer(snapshot, now, policy);
        }

        if (snapshot.Remind is { } reminder)
        {
            yield return now >= reminder.At ? new(StepKind.RemindManager) : Wait(reminder.At);
        }

        if (current.ManagerAsked || current.Promise is PromiseState.Promised)
        {
            yield return new(StepKind.Wait);
        }
    }

    /// <summary>What a manager has to look at now, while everything else goes on.</summary>
    private static HandoverReason? MatterFor(PenaltyCase current, DateTimeOffset now, CasePolicy policy) => current switch
    {
        { PromisedBlockLifted: true } => HandoverReason.PromisedBlockLifted,
        // Also once more, where a manager has dealt with something else meanwhile: held, the case would wait for nobody.
        { DifferenceOpen: true } or { IsHeld: true, Handover: not HandoverState.WithManager } => HandoverReason.ComplaintDiffers,
        { AnswerDoubted: true } => HandoverReason.OutcomeCorrected,
        { UnblockRefused: true } => HandoverReason.UnblockFailed,
        { CallbackTriedOut: true, Handover: not HandoverState.WithManager } => HandoverReason.CallbackUnanswered,
        { BlockGivenUp: true } => null,
        { Block: BlockState.Failed } => HandoverReason.BlockNotConfirmed,
        { Block: BlockState.Pending, IsHeld: true } => null,
        { Block: BlockState.Pending } => now >= BlockLimit(current, policy) ? HandoverReason.BlockNotConfirmed : null,
        { Block: BlockState.Lifting } => now >= BlockLimit(current, policy) ? HandoverReason.UnblockFailed : null,
        _ => null,
    };

    /// <summary>A message that was begun is followed to its end, whoever answers the customer.</summary>
    private static Step? TowardsSettledLedger(PenaltyCase current, DateTimeOffset now, CasePolicy policy) => current switch
    {
        { Message: MessageState.Sent } => TowardsDelivery(current, now, policy),
        { Message: MessageState.Reserved, AnswerStoppedAt: { } stopped } =>
            now >= stopped + policy.SettleAfter ? new(StepKind.SettleReservation) : Wait(stopped + policy.SettleAfter),
        _ => null,
    };

    private static Step TowardsAnswer(CaseSnapshot snapshot, DateTimeOffset now, CasePolicy policy)
    {
        var due = snapshot.Due ?? throw new InvalidOperationException($"Case {snapshot.Case.Id} has a promise but no due date.");
        return snapshot.Case switch
        {
            _ when now < due => Wait(due),
            { Message: MessageState.Sent } => new(StepKind.Wait),
            { Message: MessageState.Failed } => HandOver(HandoverReason.MessageFailed),
            { Message: MessageState.Unknown } => HandOver(HandoverReason.MessageUnknown),
            { Message: MessageState.Delivered } => throw new InvalidOperationException($"Case {snapshot.Case.Id}: a delivered message keeps the promise."),
            { Outcome: OutcomeState.Appealed } => TowardsAppeal(snapshot.Case, due, now, policy),
            { Message: MessageState.Reserved } => TowardsSending(snapshot, due, now, policy),
            { Decision: DecisionState.Awaited } => HandOver(HandoverReason.NotDecided),
            { Decision: DecisionState.DoNotFile } => HandOver(HandoverReason.PenaltyNotFiled),
            _ => snapshot.Proves is { } proves && IsChecked(snapshot.Case, due, now, policy)
                ? TowardsMessage(snapshot, proves, due, now, policy)
                : TowardsOutcome(snapshot.Case, due, now, policy),
        };
    }

    /// <summary>
    /// An outcome that was told early is asked for once more when the answer is due; a driver admin that is away then does not keep the customer
    /// waiting for longer than one re-check.
    /// </summary>
    private static bool IsChecked(PenaltyCase current, DateTimeOffset due, DateTimeOffset now, CasePolicy policy) =>
        current.OutcomeCheckedAt >= due || now >= due + policy.OutcomeRecheck;

    private static Step TowardsOutcome(PenaltyCase current, DateTimeOffset due, DateTimeOffset now, CasePolicy policy)
    {
        var limit = LimitFrom(current, due) + policy.OutcomeLimit;
        if (now >= limit)
        {
            return HandOver(HandoverReason.OutcomeNotConcluded);
        }

        var check = FollowUpPolicy.NextOutcomeCheck(due, current.OutcomeCheckedAt, policy);
        return now >= check ? new(StepKind.CheckDriverOutcome) : Wait(check < limit ? check : limit);
    }

    /// <summary>While somebody decides about the driver's appeal nothing is told, for as long as an outcome may take.</summary>
    private static Step TowardsAppeal(PenaltyCase current, DateTimeOffset due, DateTimeOffset now, CasePolicy policy)
    {
        var limit = LimitFrom(current, due) + policy.OutcomeLimit;
        return now >= limit ? HandOver(HandoverReason.AppealOpen) : Wait(limit);
    }

    private static Step TowardsMessage(CaseSnapshot snapshot, Claims proves, DateTimeOffset due, DateTimeOffset now, CasePolicy policy) =>
        AnswerRule.Choose(proves, snapshot.Case.Block) switch
        {
            Answer.ScriptText or Answer.WithoutBlock => TowardsSending(snapshot, due, now, policy),
            Answer.Wait => snapshot.Case.BlockGivenUp ? HandOver(HandoverReason.AnswerNeedsBlock) : Wait(BlockLimit(snapshot.Case, policy)),
            Answer.Manager => HandOver(snapshot.Case.Block is BlockState.Failed && AnswerRule.Choose(proves, BlockState.Confirmed) is Answer.ScriptText
                ? HandoverReason.AnswerNeedsBlock
                : HandoverReason.OutcomeProvesNothing),
        };

    /// <summary>
    /// Sending that fails for as long as an outcome may take is a manager's, too; one that waits for the driver admin to tell whether the block stands,
    /// after the time a block may take.
    /// </summary>
    private static Step TowardsSending(CaseSnapshot snapshot, DateTimeOffset due, DateTimeOffset now, CasePolicy policy)
    {
        var limit = LimitFrom(snapshot.Case, due) + policy.OutcomeLimit + policy.OutcomeLimit;
        var opens = policy.Window.NextInside(now);
        var patience = snapshot.Case.BlockUncheckedSince + policy.BlockLimit;
        return now >= limit ? HandOver(HandoverReason.MessageNotSent)
            : now >= patience ? HandOver(HandoverReason.BlockUnchecked)
            : opens > now ? Wait(patience is { } late && late < opens ? late : opens)
            : snapshot.IsPaused ? Wait(now + policy.PauseRecheck)
            : new(StepKind.SendFeedbackSms);
    }

    private static Step TowardsDelivery(PenaltyCase current, DateTimeOffset now, CasePolicy policy)
    {
        var sentAt = current.MessageSentAt ?? throw new InvalidOperationException($"Case {current.Id}: a sent message has a time.");
        var check = FollowUpPolicy.NextDeliveryCheck(sentAt, current.DeliveryCheckedAt, policy);
        return now >= check ? new(StepKind.CheckSmsDelivery) : Wait(check);
    }

    /// <summary>A manager who gives the answer back gives the program its time once more.</summary>
    private static DateTimeOffset LimitFrom(PenaltyCase current, DateTimeOffset due) =>
        current.AnswerGivenBackAt is { } back && back > due ? back : due;

    private static DateTimeOffset BlockLimit(PenaltyCase current, CasePolicy policy)
    {
        var ordered = current.Block is BlockState.Lifting ? current.UnblockOrderedAt : current.BlockHeldUntil ?? current.BlockAgreedAt;
        return (ordered ?? throw new InvalidOperationException($"Case {current.Id}: a block under way was ordered at a time.")) + policy.BlockLimit;
    }

    private static Step Wait(DateTimeOffset until) => new(StepKind.Wait, until);

    private static Step HandOver(HandoverReason reason) => new(StepKind.HandToManager, Reason: reason);
}
