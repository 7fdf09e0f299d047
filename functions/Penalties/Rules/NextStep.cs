using System.Text.Json.Serialization;

namespace Penalties.Rules;

/// <summary>What an activity gives back to the recipe: the case, and what had to be looked up to decide about it.</summary>
/// <param name="Due">When the promised answer is due; null without a promise.</param>
/// <param name="Proof">What the concluded outcome proves; null while none is concluded.</param>
public sealed record CaseSnapshot(PenaltyCase Case, DateTimeOffset? Due, Proof? Proof);

[JsonConverter(typeof(JsonStringEnumConverter<StepKind>))]
public enum StepKind
{
    PostPenaltyRequest,
    RequestDriverBlock,
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

/// <summary>The order in which a case is worked off. Timers and events only knock; this rule looks at the state and says what is next.</summary>
public static class NextStep
{
    private static readonly Step WaitForChange = new(StepKind.Wait);

    public static Step Of(CaseSnapshot snapshot, DateTimeOffset now, CasePolicy policy)
    {
        var current = snapshot.Case;
        return current switch
        {
            { Life: LifeState.Closed } => new(StepKind.End),
            { BoardPostOwed: true } => new(StepKind.PostPenaltyRequest),
            { Block: BlockState.Pending, BlockAttempt: 0 } => new(StepKind.RequestDriverBlock),
            { NotesOwed.Count: > 0 } => new(StepKind.WriteContactLog),
            { CommentsOwed.Count: > 0 } => new(StepKind.CommentOnBoard),
            { Handover: HandoverState.WithManager } or { Decision: DecisionState.Awaited } => WaitForChange,
            { Block: BlockState.Failed, Handover: HandoverState.None } => HandOver(HandoverReason.BlockNotConfirmed),
            { Promise: PromiseState.Promised } => TowardsAnswer(snapshot, now, policy),
            { Block: BlockState.Pending, Handover: HandoverState.None } => TowardsBlock(current, now, policy),
            _ => new(StepKind.CloseCase),
        };
    }

    private static Step TowardsAnswer(CaseSnapshot snapshot, DateTimeOffset now, CasePolicy policy)
    {
        var due = snapshot.Due ?? throw new InvalidOperationException($"Case {snapshot.Case.Id} has a promise but no due date.");
        return snapshot.Case.Message switch
        {
            MessageState.None when now < due => Wait(due),
            MessageState.None when snapshot.Case.Decision is DecisionState.DoNotFile => HandOver(HandoverReason.PenaltyNotFiled),
            MessageState.None => snapshot.Proof is { } proof
                ? TowardsMessage(snapshot.Case, proof, now, policy)
                : TowardsOutcome(snapshot.Case, due, now, policy),
            MessageState.Reserved => policy.Window.Contains(now) ? new(StepKind.SendFeedbackSms) : Wait(policy.Window.NextInside(now)),
            MessageState.Sent => TowardsDelivery(snapshot.Case, now, policy),
            MessageState.Failed => HandOver(HandoverReason.MessageFailed),
            MessageState.Unknown => HandOver(HandoverReason.MessageUnknown),
            MessageState.Delivered => throw new InvalidOperationException($"Case {snapshot.Case.Id}: a delivered message keeps the promise."),
        };
    }

    private static Step TowardsOutcome(PenaltyCase current, DateTimeOffset due, DateTimeOffset now, CasePolicy policy)
    {
        if (now >= due + policy.OutcomeLimit)
        {
            return HandOver(HandoverReason.OutcomeNotConcluded);
        }

        var check = FollowUpPolicy.NextOutcomeCheck(due, current.OutcomeCheckedAt, policy);
        var limit = due + policy.OutcomeLimit;
        return now >= check ? new(StepKind.CheckDriverOutcome) : Wait(check < limit ? check : limit);
    }

    private static Step TowardsMessage(PenaltyCase current, Proof proof, DateTimeOffset now, CasePolicy policy) =>
        AnswerRule.Choose(proof, current.Block) switch
        {
            Answer.ScriptText or Answer.WithoutBlock =>
                policy.Window.Contains(now) ? new(StepKind.SendFeedbackSms) : Wait(policy.Window.NextInside(now)),
            Answer.Wait => TowardsBlock(current, now, policy),
            Answer.Manager => HandOver(proof is Proof.Nothing ? HandoverReason.OutcomeProvesNothing : HandoverReason.BlockNotConfirmed),
        };

    private static Step TowardsBlock(PenaltyCase current, DateTimeOffset now, CasePolicy policy)
    {
        var limit = current.BlockAgreedAt + policy.BlockLimit;
        return now >= limit ? HandOver(HandoverReason.BlockNotConfirmed) : new(StepKind.Wait, limit);
    }

    private static Step TowardsDelivery(PenaltyCase current, DateTimeOffset now, CasePolicy policy)
    {
        var sentAt = current.MessageSentAt ?? throw new InvalidOperationException($"Case {current.Id}: a sent message has a time.");
        var check = FollowUpPolicy.NextDeliveryCheck(sentAt, current.DeliveryCheckedAt, policy);
        return now >= check ? new(StepKind.CheckSmsDelivery) : Wait(check);
    }

    private static Step Wait(DateTimeOffset until) => new(StepKind.Wait, until);

    private static Step HandOver(HandoverReason reason) => new(StepKind.HandToManager, Reason: reason);
}
