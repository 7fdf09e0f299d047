using System.Text.Json.Serialization;

namespace Penalties.Rules;

/// <summary>What an activity gives back to the recipe: the case, and what had to be looked up to decide about it.</summary>
/// <param name="Due">When the promised answer is due; null without a promise.</param>
/// <param name="Proof">What the concluded outcome proves; null while none is concluded.</param>
public sealed record CaseSnapshot(PenaltyCase Case, DateTimeOffset? Due, Proof? Proof);

[JsonConverter(typeof(JsonStringEnumConverter<StepKind>))]
public enum StepKind
{
    RequestDriverBlock,
    PostPenaltyRequest,
    WriteContactLog,
    CommentOnBoard,
    CheckDriverOutcome,
    SendFeedbackSms,
    CheckSmsDelivery,
    HandToManager,
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
            alarm = alarm < until ? alarm : until ?? alarm;
        }

        return isWanted ? new(StepKind.Wait, alarm) : new(StepKind.CloseCase);
    }

    private static DateTimeOffset? RetryAt(PenaltyCase current, StepKind step) => current.Stalled.FirstOrDefault(stalled => stalled.Step == step)?.RetryAt;

    private static IEnumerable<Step> Wanted(CaseSnapshot snapshot, DateTimeOffset now, CasePolicy policy)
    {
        var current = snapshot.Case;
        if (current is { Block: BlockState.Pending, BlockAttempt: 0 })
        {
            yield return new(StepKind.RequestDriverBlock);
        }

        if (current.BoardPostOwed)
        {
            yield return new(StepKind.PostPenaltyRequest);
        }

        if (current.NotesOwed.Count > 0)
        {
            yield return new(StepKind.WriteContactLog);
        }

        if (current is { CommentsOwed.Count: > 0, PostId: not null })
        {
            yield return new(StepKind.CommentOnBoard);
        }

        if (current.DifferenceOpen)
        {
            yield return HandOver(HandoverReason.ComplaintDiffers);
        }

        if (current.AnswerDoubted)
        {
            yield return HandOver(HandoverReason.OutcomeCorrected);
        }

        if (current is { Block: BlockState.Pending or BlockState.Failed, BlockGivenUp: false })
        {
            yield return TowardsBlock(current, now, policy);
        }

        if (current.Promise is PromiseState.Promised)
        {
            yield return TowardsAnswer(snapshot, now, policy);
        }
        else if (current.Decision is DecisionState.Awaited || current.Handover is HandoverState.WithManager)
        {
            yield return new(StepKind.Wait);
        }
    }

    private static Step TowardsBlock(PenaltyCase current, DateTimeOffset now, CasePolicy policy) =>
        current.Block is BlockState.Failed || now >= BlockLimit(current, policy)
            ? HandOver(HandoverReason.BlockNotConfirmed)
            : new(StepKind.Wait, BlockLimit(current, policy));

    private static Step TowardsAnswer(CaseSnapshot snapshot, DateTimeOffset now, CasePolicy policy)
    {
        var due = snapshot.Due ?? throw new InvalidOperationException($"Case {snapshot.Case.Id} has a promise but no due date.");
        return snapshot.Case switch
        {
            { AnswerWithManager: true } => new(StepKind.Wait),
            _ when now < due => Wait(due),
            { Message: MessageState.None, Decision: DecisionState.Awaited } => HandOver(HandoverReason.NotDecided),
            { Message: MessageState.None, Decision: DecisionState.DoNotFile } => HandOver(HandoverReason.PenaltyNotFiled),
            { Message: MessageState.None } => snapshot.Proof is { } proof
                ? TowardsMessage(snapshot.Case, proof, due, now, policy)
                : TowardsOutcome(snapshot.Case, due, now, policy),
            { Message: MessageState.Reserved } => TowardsSending(due, now, policy),
            { Message: MessageState.Sent } => TowardsDelivery(snapshot.Case, now, policy),
            { Message: MessageState.Failed } => HandOver(HandoverReason.MessageFailed),
            { Message: MessageState.Unknown } => HandOver(HandoverReason.MessageUnknown),
            _ => throw new InvalidOperationException($"Case {snapshot.Case.Id}: a delivered message keeps the promise."),
        };
    }

    private static Step TowardsOutcome(PenaltyCase current, DateTimeOffset due, DateTimeOffset now, CasePolicy policy)
    {
        var limit = due + policy.OutcomeLimit;
        if (now >= limit)
        {
            return HandOver(HandoverReason.OutcomeNotConcluded);
        }

        var check = FollowUpPolicy.NextOutcomeCheck(due, current.OutcomeCheckedAt, policy);
        return now >= check ? new(StepKind.CheckDriverOutcome) : Wait(check < limit ? check : limit);
    }

    private static Step TowardsMessage(PenaltyCase current, Proof proof, DateTimeOffset due, DateTimeOffset now, CasePolicy policy) =>
        AnswerRule.Choose(proof, current.Block) switch
        {
            Answer.ScriptText or Answer.WithoutBlock => TowardsSending(due, now, policy),
            Answer.Wait => current.BlockGivenUp ? HandOver(HandoverReason.AnswerNeedsBlock) : Wait(BlockLimit(current, policy)),
            Answer.Manager => HandOver(proof is Proof.Nothing ? HandoverReason.OutcomeProvesNothing : HandoverReason.AnswerNeedsBlock),
        };

    /// <summary>Sending that fails for as long as an outcome may take is a manager's, too.</summary>
    private static Step TowardsSending(DateTimeOffset due, DateTimeOffset now, CasePolicy policy)
    {
        var limit = due + policy.OutcomeLimit + policy.OutcomeLimit;
        return now >= limit ? HandOver(HandoverReason.MessageNotSent)
            : policy.Window.Contains(now) ? new(StepKind.SendFeedbackSms)
            : Wait(policy.Window.NextInside(now));
    }

    private static Step TowardsDelivery(PenaltyCase current, DateTimeOffset now, CasePolicy policy)
    {
        var sentAt = current.MessageSentAt ?? throw new InvalidOperationException($"Case {current.Id}: a sent message has a time.");
        var check = FollowUpPolicy.NextDeliveryCheck(sentAt, current.DeliveryCheckedAt, policy);
        return now >= check ? new(StepKind.CheckSmsDelivery) : Wait(check);
    }

    private static DateTimeOffset BlockLimit(PenaltyCase current, CasePolicy policy) =>
        (current.BlockAgreedAt ?? throw new InvalidOperationException($"Case {current.Id}: a pending block was agreed at a time.")) + policy.BlockLimit;

    private static Step Wait(DateTimeOffset until) => new(StepKind.Wait, until);

    private static Step HandOver(HandoverReason reason) => new(StepKind.HandToManager, Reason: reason);
}
