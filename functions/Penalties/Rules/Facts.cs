namespace Penalties.Rules;

/// <summary>The values an event leaves behind on the case, beside the facets it moved.</summary>
internal static class Facts
{
    public static PenaltyCase Record(PenaltyCase next, PenaltyCase before, CaseEvent happened, DateTimeOffset at)
    {
        next = happened switch
        {
            BoardPosted posted => next with { PostId = posted.PostId },
            BoardCommented commented => next with { CommentsOwed = Without(next.CommentsOwed, commented.Keys) },
            BlockAgreed => next with { BlockAgreedAt = at },
            BlockRequested requested => next with { BlockAttempt = requested.Attempt },
            FeedbackAsked asked => next with { FeedbackStage = asked.Stage },
            FeedbackPromised => next with { FeedbackStage = 3, PromisedAt = at },
            OutcomePending => next with { OutcomeCheckedAt = at },
            OutcomeConcluded concluded => next with { OutcomeKind = concluded.Kind, ConcludedAt = concluded.ConcludedAt },
            ReContacted contact => next with { ReContacts = next.ReContacts + 1, AskedWhenAt = contact.AskedWhen ? at : next.AskedWhenAt },
            MessageReserved reserved => next with { MessageAttempt = reserved.Attempt, MessageReference = reserved.Reference },
            MessageSent => next with { MessageSentAt = at },
            DeliveryChecked => next with { DeliveryCheckedAt = at },
            HandedToManager handed => next with { HandoverReason = handed.Reason },
            NotesWritten written => next with { NotesOwed = Without(next.NotesOwed, written.Keys) },
            CaseClosed => next with { ClosedAt = at },
            _ => next,
        };

        // Opened again: a finished instance cannot be knocked, so the case goes on in a new one.
        return before.Life is LifeState.Closed && next.Life is LifeState.Open ? next with { Run = before.Run + 1, ClosedAt = null } : next;
    }

    private static OwedText[] Without(IReadOnlyList<OwedText> owed, IReadOnlyList<string> keys) => [.. owed.Where(text => !keys.Contains(text.Key))];
}
