namespace Penalties.Rules;

/// <summary>Which texts an event makes us owe: notes on the CRM ticket, comments under the board post.</summary>
internal static class Owing
{
    public static PenaltyCase After(PenaltyCase next, CaseEvent happened, DateTimeOffset at)
    {
        if (NoteFor(next, happened) is { } note)
        {
            next = next with { NotesOwed = [.. next.NotesOwed, note with { Key = $"n{next.Seq}" }] };
        }

        // Also while the post is still on its way: the comments then follow it.
        if ((next.Board is BoardState.Posted || next.BoardPostOwed) && CommentFor(next, happened, at) is { } comment)
        {
            next = next with { CommentsOwed = [.. next.CommentsOwed, comment with { Key = $"c{next.Seq}" }] };
        }

        return happened is OutcomePending ? next with { PendingCommentOn = Korea.DateOf(at) } : next;
    }

    private static OwedText? NoteFor(PenaltyCase next, CaseEvent happened) => happened switch
    {
        CaseFiled => Text(next.Callback is CallbackState.Due ? TextKind.CallbackRecorded
            : next.Decision is DecisionState.Awaited ? TextKind.DecisionAwaited : TextKind.Recorded),
        DecisionAsked => Text(TextKind.DecisionAwaited),
        CaseReopened => Text(TextKind.Reopened),
        ComplaintWithdrawn => Text(TextKind.Withdrawn),
        ComplaintRenewed => Text(TextKind.Renewed),
        TicketLinked => Text(TextKind.Linked, next.LinkedTickets.Count),
        FilingRefused => Text(TextKind.NotFiled),
        BoardPosted => Text(TextKind.Filed),
        BlockConfirmed => Text(TextKind.BlockConfirmed),
        BlockDeclined => Text(TextKind.BlockDeclined),
        BlockWithdrawn => Text(TextKind.BlockWithdrawn),
        UnblockWanted => Text(TextKind.UnblockWanted),
        BlockConsentRenewed => Text(TextKind.BlockConsentRenewed),
        BlockFailed { Code: not BlockConsent.TakenBackCode } => Text(TextKind.BlockFailed),
        BlockLifted => Text(TextKind.BlockLifted),
        BlockFoundLifted => Text(TextKind.BlockFoundLifted),
        FeedbackAsked asked => Text(TextKind.FeedbackGuided, asked.Stage) with { Guidance = asked.Guidance },
        FeedbackPromised promised => Text(TextKind.FeedbackPromised) with { Guidance = promised.Guidance },
        ReContacted contact => ReContact(next) with { Guidance = contact.Guidance },
        CompensationAsked { Stage: 1 } asked => Text(TextKind.CompensationRefused) with { Guidance = asked.Guidance },
        // Asked for once more, on the callback's own ticket note; on the complaint the filed callback tells it.
        CallbackWanted when next.Callback is CallbackState.Due => Text(TextKind.CallbackRecorded),
        CallbackFiled => Text(TextKind.CallbackAsked),
        CallbackDone => Text(TextKind.CallbackDone),
        CallbackCancelled => Text(TextKind.CallbackCancelled),
        CallbackUnanswered => Text(TextKind.CallbackUnanswered, next.CallbackTries),
        CallbackNumberRefused => Text(TextKind.CallbackNumberRefused),
        CallbackNumberAgreed => Text(TextKind.CallbackNumberAgreed),
        AppealFiled => Text(TextKind.AppealFiled),
        AppealRejected or OutcomeOverturned => Text(TextKind.AppealDecided),
        HandedToManager handed => Text(TextKind.HandedToManager, reason: handed.Reason),
        HandoverSettled => Text(next.Callback is CallbackState.Due ? TextKind.CallbackRecorded : TextKind.HandoverSettled),
        AnswerTakenBack => Text(TextKind.AnswerTakenBack),
        ManagerAnswered => Text(TextKind.ManagerAnswered),
        ManagerReminded reminded => Reminder(reminded),
        MessageResendOrdered => Text(TextKind.ResendOrdered),
        MessageDelivered => Text(TextKind.Answered),
        _ => null,
    };

    private static OwedText? CommentFor(PenaltyCase next, CaseEvent happened, DateTimeOffset at) => happened switch
    {
        ReContacted => ReContact(next),
        OutcomePending when next.PendingCommentOn != Korea.DateOf(at) => Text(TextKind.OutcomePending),
        HandedToManager handed => Text(TextKind.HandedToManager, reason: handed.Reason),
        AnswerTakenBack => Text(TextKind.AnswerTakenBack),
        ManagerReminded reminded => Reminder(reminded),
        BlockFailed { Code: not BlockConsent.TakenBackCode } => Text(TextKind.BlockFailed),
        ComplaintWithdrawn => Text(TextKind.Withdrawn),
        ComplaintRenewed => Text(TextKind.Renewed),
        CallbackFiled => Text(TextKind.CallbackAsked),
        // Before the post stands, the post itself tells the promise.
        FeedbackPromised when next.Board is BoardState.Posted => Text(TextKind.FeedbackPromised),
        _ => null,
    };

    private static OwedText ReContact(PenaltyCase next) =>
        Text(ReContactSituations.Of(next, askedWhen: false) switch
        {
            ReContactSituation.Answered => TextKind.ReContactedAfterAnswer,
            ReContactSituation.Withdrawn => TextKind.ReContactedAfterWithdrawal,
            ReContactSituation.InProgress or ReContactSituation.AskedWhen or ReContactSituation.WithManager or ReContactSituation.WithManagerAskedWhen
                or ReContactSituation.Recorded => TextKind.ReContacted,
        }, next.ReContacts);

    private static OwedText Reminder(ManagerReminded reminded) => reminded.Kind switch
    {
        ReminderKind.Waiting => Text(TextKind.ReminderWaiting, reminded.Number),
        ReminderKind.Escalated => Text(TextKind.ReminderEscalated),
        ReminderKind.AnswerOverdue => Text(TextKind.ReminderOverdue),
    };

    private static OwedText Text(TextKind kind, int number = 0, HandoverReason? reason = null) => new("", kind, number, reason);
}
