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
        CaseFiled => Text(next.Decision is DecisionState.Awaited ? TextKind.DecisionAwaited : TextKind.Recorded),
        FilingRefused => Text(TextKind.NotFiled),
        BoardPosted => Text(TextKind.Filed),
        BlockConfirmed => Text(TextKind.BlockConfirmed),
        BlockDeclined => Text(TextKind.BlockDeclined),
        BlockFailed => Text(TextKind.BlockFailed),
        FeedbackAsked asked => Text(TextKind.FeedbackGuided, asked.Stage),
        FeedbackPromised => Text(TextKind.FeedbackPromised),
        ReContacted => ReContact(next),
        HandedToManager handed => Text(TextKind.HandedToManager, reason: handed.Reason),
        HandoverSettled => Text(TextKind.HandoverSettled),
        ManagerAnswered => Text(TextKind.ManagerAnswered),
        MessageDelivered => Text(TextKind.Answered),
        _ => null,
    };

    private static OwedText? CommentFor(PenaltyCase next, CaseEvent happened, DateTimeOffset at) => happened switch
    {
        ReContacted => ReContact(next),
        OutcomePending when next.PendingCommentOn != Korea.DateOf(at) => Text(TextKind.OutcomePending),
        HandedToManager handed => Text(TextKind.HandedToManager, reason: handed.Reason),
        BlockFailed => Text(TextKind.BlockFailed),
        // Before the post stands, the post itself tells the promise.
        FeedbackPromised when next.Board is BoardState.Posted => Text(TextKind.FeedbackPromised),
        _ => null,
    };

    private static OwedText ReContact(PenaltyCase next) =>
        Text(next.Promise is PromiseState.Answered ? TextKind.ReContactedAfterAnswer : TextKind.ReContacted, next.ReContacts);

    private static OwedText Text(TextKind kind, int number = 0, HandoverReason? reason = null) => new("", kind, number, reason);
}
