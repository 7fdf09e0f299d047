namespace Penalties.Rules;

/// <summary>Which texts an event makes us owe: notes on the CRM ticket, comments under the board post.</summary>
internal static class Owing
{
    public static PenaltyCase After(PenaltyCase next, CaseEvent happened, DateTimeOffset at)
    {
        if (NoteFor(next, happened) is { } note)
        {
            next = next with { NotesOwed = [.. next.NotesOwed, new($"n{next.Seq}", note)] };
        }

        if (next.Board is BoardState.Posted && CommentFor(next, happened, at) is { } comment)
        {
            next = next with { CommentsOwed = [.. next.CommentsOwed, new($"c{next.Seq}", comment)] };
        }

        return happened is OutcomePending ? next with { PendingCommentOn = Korea.DateOf(at) } : next;
    }

    private static TextKind? NoteFor(PenaltyCase next, CaseEvent happened) => happened switch
    {
        CaseFiled => next.Decision is DecisionState.Awaited ? TextKind.DecisionAwaited : TextKind.Recorded,
        FilingRefused => TextKind.NotFiled,
        BoardPosted => TextKind.Filed,
        BlockConfirmed => TextKind.BlockConfirmed,
        BlockDeclined => TextKind.BlockDeclined,
        BlockFailed => TextKind.BlockFailed,
        FeedbackAsked => TextKind.FeedbackGuided,
        FeedbackPromised => TextKind.FeedbackPromised,
        ReContacted => TextKind.ReContacted,
        HandedToManager => TextKind.HandedToManager,
        ManagerAnswered => TextKind.ManagerAnswered,
        MessageDelivered => TextKind.Answered,
        _ => null,
    };

    private static TextKind? CommentFor(PenaltyCase next, CaseEvent happened, DateTimeOffset at) => happened switch
    {
        ReContacted => TextKind.ReContacted,
        OutcomePending when next.PendingCommentOn != Korea.DateOf(at) => TextKind.OutcomePending,
        HandedToManager => TextKind.HandedToManager,
        BlockFailed => TextKind.BlockFailed,
        FeedbackPromised => TextKind.FeedbackPromised,
        _ => null,
    };
}
