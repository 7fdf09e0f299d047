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
            ComplaintDiffered differed => next with { Difference = differed, DifferenceOpen = true },
            BlockAgreed => next with { BlockAgreedAt = at, BlockAttempt = 0, BlockGivenUp = false },
            BlockRequested requested => next with { BlockAttempt = requested.Attempt },
            FeedbackAsked asked => next with { FeedbackStage = asked.Stage },
            FeedbackPromised => next with { FeedbackStage = 3, PromisedAt = at },
            OutcomePending => next with { OutcomeCheckedAt = at },
            OutcomeCorrected corrected => next with
            {
                OutcomeKind = corrected.Kind,
                ConcludedAt = corrected.ConcludedAt,
                AnswerDoubted = next.Message is not MessageState.None,
            },
            OutcomeConcluded concluded => next with { OutcomeKind = concluded.Kind, ConcludedAt = concluded.ConcludedAt },
            ReContacted contact => next with { ReContacts = next.ReContacts + 1, AskedWhenAt = contact.AskedWhen ? at : next.AskedWhenAt },
            MessageReserved reserved => next with
            {
                MessageAttempt = reserved.Attempt,
                MessageReference = reserved.Reference,
                MessageTemplate = reserved.Template,
                MessageDate = reserved.Date,
            },
            MessageSent => next with { MessageSentAt = at },
            DeliveryChecked => next with { DeliveryCheckedAt = at },
            HandedToManager handed => HandedOver(next, handed.Reason),
            HandoverSettled or ManagerAnswered => next with { AnswerWithManager = false },
            TextsRefused refused => next with
            {
                NotesOwed = Without(next.NotesOwed, refused.Keys),
                CommentsOwed = Without(next.CommentsOwed, refused.Keys),
            },
            StepFailed failed => next with { Stalled = Stall(next.Stalled, failed.Step, at) },
            CaseResumed => next with { Run = before.Run + 1 },
            NotesWritten written => next with { NotesOwed = Without(next.NotesOwed, written.Keys) },
            CaseClosed => next with { ClosedAt = at },
            _ => next,
        };

        next = next with { Stalled = [.. next.Stalled.Where(stalled => !Ends(happened, stalled.Step))] };

        // Opened again: a finished instance cannot be knocked, so the case goes on in a new one.
        return before.Life is LifeState.Closed && next.Life is LifeState.Open ? next with { Run = before.Run + 1, ClosedAt = null } : next;
    }

    private static PenaltyCase HandedOver(PenaltyCase next, HandoverReason reason) => next with
    {
        HandoverReason = reason,
        AnswerWithManager = next.AnswerWithManager || reason.ConcernsAnswer(),
        BlockGivenUp = next.BlockGivenUp || reason is HandoverReason.BlockNotConfirmed,
        DifferenceOpen = next.DifferenceOpen && reason is not HandoverReason.ComplaintDiffers,
        AnswerDoubted = next.AnswerDoubted && reason is not HandoverReason.OutcomeCorrected,
    };

    /// <summary>Tried again after 5 seconds, then at doubling distances up to 30 minutes.</summary>
    private static StalledStep[] Stall(IReadOnlyList<StalledStep> stalled, StepKind step, DateTimeOffset at)
    {
        var failures = 1 + (stalled.FirstOrDefault(one => one.Step == step)?.Failures ?? 0);
        var wait = TimeSpan.FromSeconds(Math.Min(5 * Math.Pow(2, failures - 1), 1800));
        return [.. stalled.Where(one => one.Step != step), new(step, failures, at + wait)];
    }

    /// <summary>Whether the event shows that the step works again.</summary>
    private static bool Ends(CaseEvent happened, StepKind step) => step switch
    {
        StepKind.PostPenaltyRequest => happened is BoardPosted,
        StepKind.RequestDriverBlock => happened is BlockRequested or BlockConfirmed or BlockFailed,
        StepKind.WriteContactLog => happened is NotesWritten or TextsRefused,
        StepKind.CommentOnBoard => happened is BoardCommented or TextsRefused,
        StepKind.CheckDriverOutcome => happened is OutcomePending or OutcomeConcluded,
        StepKind.SendFeedbackSms => happened is MessageSent or MessageFailed,
        StepKind.CheckSmsDelivery => happened is DeliveryChecked or MessageDelivered or MessageFailed or MessageUnknown,
        StepKind.HandToManager => happened is HandedToManager,
        StepKind.CloseCase => happened is CaseClosed,
        StepKind.Wait or StepKind.End => false,
    };

    private static OwedText[] Without(IReadOnlyList<OwedText> owed, IReadOnlyList<string> keys) => [.. owed.Where(text => !keys.Contains(text.Key))];
}
