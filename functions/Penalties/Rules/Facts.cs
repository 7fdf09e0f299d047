namespace Penalties.Rules;

/// <summary>The values an event leaves behind on the case, beside the facets it moved.</summary>
internal static class Facts
{
    /// <summary>Links beyond these are not kept: a ticket linked once more counts once more.</summary>
    private const int MostLinks = 50;

    public static PenaltyCase Record(PenaltyCase next, PenaltyCase before, CaseEvent happened, DateTimeOffset at)
    {
        next = happened switch
        {
            BoardPosted posted => next with { PostId = posted.PostId },
            BoardCommented commented => next with { CommentsOwed = Without(next.CommentsOwed, commented.Keys) },
            MatchedAgain again => next with { Rematch = again, RematchOpen = true },
            ComplaintDiffered differed => Corrections.After(next, differed),
            DifferenceTakenBack back => Corrections.After(next, back),
            ComplaintDated dated => next with { Complaint = next.Complaint.Dated(dated) },
            RideDated dated => next with { Complaint = next.Complaint.Dated(dated) },
            DecisionAsked => next with { Complaint = next.Complaint with { Unclear = true } },
            TicketLinked linked => next with { LinkedTickets = [.. next.LinkedTickets.Append(Link(linked)).TakeLast(MostLinks)] },
            FeedbackAsked asked => Dated(next, asked.Stage, asked.AskedAt ?? at) with { FeedbackStage = asked.Stage },
            FeedbackDated dated => Dated(next, dated.Stage, dated.AskedAt),
            FeedbackPromised promised => next with { FeedbackStage = 3, PromisedAt = promised.AskedAt ?? at },
            PromiseDated dated => next with { PromisedAt = dated.AskedAt },
            ReContacted contact => next with { ReContacts = next.ReContacts + 1, AskedWhenAt = contact.AskedWhen ? at : next.AskedWhenAt },
            CompensationAsked asked => next with { CompensationStage = Math.Max(asked.Stage, next.CompensationStage) },
            CallbackWanted wanted => next with { CallbackCause = wanted.Cause, CallbackAsking = next.Seq, CallbackConsent = wanted.Consent, CallbackTries = 0 },
            CallbackNumberAgreed agreed => next with { CallbackAsking = next.Seq, CallbackConsent = agreed.Consent },
            CallbackUnanswered => DueAnew(next, at) with { CallbackTries = next.CallbackTries + 1 },
            ComplaintWithdrawn => next with { WithdrawnAt = at },
            NotesWritten written => next with { NotesOwed = Without(next.NotesOwed, written.Keys) },
            TextsRefused refused => next with
            {
                NotesOwed = Without(next.NotesOwed, refused.Keys),
                CommentsOwed = Without(next.CommentsOwed, refused.Keys),
            },
            ManagersTold or NoticesDropped => next with { NoticesOwed = Notices.Without(next.NoticesOwed, happened) },
            StepFailed failed => next with { Stalled = Stall(next.Stalled, failed.Step, at) },
            CaseResumed => next with { Run = before.Run + 1 },
            CaseClosed => next with { ClosedAt = at },
            _ => OfManager(OfMessage(OfBlock(OfOutcome(next, happened, at), before, happened, at), happened, at), happened, at),
        };

        next = before.IsHeld && next is { IsHeld: false, Block: BlockState.Pending } ? next with { BlockHeldUntil = at, BlockGivenUp = false } : next;
        next = next with { Stalled = [.. next.Stalled.Where(stalled => !Ends(happened, stalled.Step))] };

        // Opened again: a finished instance cannot be knocked, so the case goes on in a new one.
        next = before.Life is LifeState.Closed && next.Life is LifeState.Open ? next with { Run = before.Run + 1, ClosedAt = null } : next;
        return Watch(happened is HandedToManager or CaseReopened ? NextMatter(next, at) : next, before, at);
    }

    /// <summary>Since when a person is waited for, and since when the program is no longer to answer.</summary>
    public static PenaltyCase Watch(PenaltyCase next, PenaltyCase? before, DateTimeOffset at)
    {
        if (!next.ManagerAsked)
        {
            next = next with { ManagerAskedAt = null, RemindedAt = null, Reminders = 0, Escalated = false };
        }
        else if (next.ManagerAskedAt is null)
        {
            next = next with { ManagerAskedAt = at };
        }

        var stopped = !next.AnswerWanted && (before?.AnswerWanted ?? false) ? at : next.AnswerStoppedAt;
        return next with { AnswerStoppedAt = next.AnswerWanted ? null : stopped };
    }

    public static string Link(TicketLinked linked) => $"{linked.Account}:{linked.Ticket}";

    private static PenaltyCase OfBlock(PenaltyCase next, PenaltyCase before, CaseEvent happened, DateTimeOffset at) => happened switch
    {
        BlockAgreed agreed => next with
        {
            BlockAgreedAt = at,
            BlockToldAt = agreed.ToldAt ?? at,
            BlockTold = Word(next, agreed.ToldAt, isAgreed: true),
            BlockHeldUntil = null,
            BlockCommandOwed = true,
            BlockCommandStarted = false,
            BlockMayHold = before.Block is BlockState.Failed,
            BlockGivenUp = false,
            LiftingAsked = false,
            ConsentTakenBack = false,
            ConsentTakenBackOpen = false,
        },
        BlockDeclined declined => next with { BlockToldAt = declined.ToldAt ?? at, BlockTold = Word(next, declined.ToldAt, isAgreed: false) },
        BlockWithdrawn withdrawn => next with
        {
            BlockToldAt = withdrawn.ToldAt ?? at,
            BlockTold = Word(next, withdrawn.ToldAt, isAgreed: false),
            BlockAgreedAt = null,
            BlockCommandOwed = false,
        },
        UnblockWanted wanted => next with
        {
            BlockToldAt = wanted.ToldAt ?? at,
            BlockTold = Word(next, wanted.ToldAt, isAgreed: false),
            ConsentTakenBack = true,
            ConsentTakenBackOpen = true,
        },
        BlockConsentRenewed renewed => next with
        {
            BlockToldAt = renewed.ToldAt ?? at,
            BlockTold = Word(next, renewed.ToldAt, isAgreed: true),
            ConsentTakenBack = false,
            ConsentTakenBackOpen = false,
        },
        BlockCommandStarted => next with { BlockCommandStarted = true },
        BlockUnchecked => next with { BlockUncheckedSince = next.BlockUncheckedSince ?? at },
        BlockChecked => next with { BlockUncheckedSince = null },

        // As a command to lift would have: the command that had blocked, delivered once more, must not block anew.
        BlockFoundLifted found => next with { BlockAttempt = next.BlockCommand + 1, BlockUncheckedSince = null, BlockLiftedAt = found.FoundAt },
        BlockRequested requested => next with { BlockAttempt = requested.Attempt, BlockCommandOwed = false },
        BlockConfirmed confirmed => next with
        {
            BlockAttempt = next.BlockCommand,
            BlockCommandOwed = false,
            BlockedAt = confirmed.BlockedAt,
            BlockLiftedAt = null,
        },
        BlockFailed => next with { BlockAttempt = next.BlockCommand, BlockCommandOwed = false },
        UnblockOrdered => next with
        {
            UnblockOrderedAt = at,
            BlockCommandOwed = true,
            BlockGivenUp = false,
            BlockUncheckedSince = null,
            ConsentTakenBackOpen = false,
        },
        UnblockRequested requested => next with { BlockAttempt = requested.Attempt, BlockCommandOwed = false },
        BlockLifted lifted => next with { BlockAttempt = next.BlockCommand, BlockCommandOwed = false, BlockLiftedAt = lifted.LiftedAt },
        UnblockFailed => next with { BlockAttempt = next.BlockCommand, BlockCommandOwed = false, UnblockRefused = true },
        _ => next,
    };

    private static bool? Word(PenaltyCase next, DateTimeOffset? toldAt, bool isAgreed) => toldAt is null ? next.BlockTold : isAgreed;

    private static PenaltyCase OfOutcome(PenaltyCase next, CaseEvent happened, DateTimeOffset at) => happened switch
    {
        OutcomePending or OutcomeChecked => next with { OutcomeCheckedAt = at },
        OutcomeConcluded concluded => Concluded(next, concluded.Kind, concluded.ConcludedAt) with { OutcomeCheckedAt = at },
        OutcomeCorrected corrected => Concluded(next, corrected.Kind, corrected.ConcludedAt) with { AnswerDoubted = IsBegun(next), OutcomeCheckedAt = at },
        OutcomeOverturned overturned => Concluded(next, overturned.Kind, overturned.ConcludedAt) with { AnswerDoubted = IsBegun(next) },
        _ => next,
    };

    /// <summary>A message that may have been sent, by this attempt or an earlier one that was not settled as failed.</summary>
    private static bool IsBegun(PenaltyCase current) => current.Message is not (MessageState.None or MessageState.Failed);

    private static PenaltyCase Concluded(PenaltyCase next, OutcomeKind kind, DateTimeOffset concludedAt) =>
        next with { OutcomeKind = kind, ConcludedAt = concludedAt };

    private static PenaltyCase OfMessage(PenaltyCase next, CaseEvent happened, DateTimeOffset at) => happened switch
    {
        MessageReserved reserved => next with
        {
            MessageAttempt = reserved.Attempt,
            MessageReference = reserved.Reference,
            MessageTemplate = reserved.Template,
            MessageDate = reserved.Date,
            MessageClaims = reserved.Claims,
            MessageSentAt = null,
            DeliveryCheckedAt = null,
        },
        MessageSent => next with { MessageSentAt = at, BlockUncheckedSince = null },
        DeliveryChecked => next with { DeliveryCheckedAt = at },
        MessageResendOrdered => GivenBack(next, at) with { MessageReference = null, MessageTemplate = null, MessageDate = null, MessageClaims = Claims.None },
        _ => next,
    };

    private static PenaltyCase OfManager(PenaltyCase next, CaseEvent happened, DateTimeOffset at) => happened switch
    {
        HandedToManager handed => HandedOver(next, handed.Reason),
        CaseReopened => next with { HandoverReason = Rules.HandoverReason.Reopened },
        // Of a callback that nobody answered: it is tried again.
        HandoverSettled when next.Callback is CallbackState.Due => DueAnew(next, at) with { CallbackTries = 0 },
        HandoverSettled => Corrections.Refused(GivenBack(next, at)),
        AnswerTakenBack => next with { AnswerWithManager = false, HandoverReason = null },
        ManagerAnswered answered => next with { AnswerWithManager = false, ManagerAnsweredBy = answered.Way },
        ManagerReminded { Kind: ReminderKind.Waiting } reminded => next with { Reminders = reminded.Number, RemindedAt = at },
        ManagerReminded { Kind: ReminderKind.Escalated } => next with { Escalated = true },
        ManagerReminded { Kind: ReminderKind.AnswerOverdue } overdue => next with { OverdueTold = overdue.Told },
        _ => next,
    };

    private static PenaltyCase HandedOver(PenaltyCase next, HandoverReason reason) => next with
    {
        HandoverReason = reason,
        AnswerWithManager = next.AnswerWithManager || (reason.ConcernsAnswer() && next.Promise is PromiseState.Promised),
        BlockGivenUp = next.BlockGivenUp || reason is Rules.HandoverReason.BlockNotConfirmed or Rules.HandoverReason.UnblockFailed
            || (reason is (Rules.HandoverReason.ConsentTakenBack or Rules.HandoverReason.AnswerNeedsBlock) && next.Block is BlockState.Failed),
        ConsentTakenBackOpen = next.ConsentTakenBackOpen && reason is not Rules.HandoverReason.ConsentTakenBack,
        UnblockRefused = next.UnblockRefused && reason is not Rules.HandoverReason.UnblockFailed,
        DifferenceOpen = next.DifferenceOpen && reason is not Rules.HandoverReason.ComplaintDiffers,
        AnswerDoubted = next.AnswerDoubted && reason is not Rules.HandoverReason.OutcomeCorrected,
        RematchOpen = next.RematchOpen && reason is not Rules.HandoverReason.MatchedAgain,
        LiftingAsked = next.LiftingAsked || reason is Rules.HandoverReason.PromisedBlockLifted,
    };

    private static PenaltyCase GivenBack(PenaltyCase next, DateTimeOffset at) =>
        next.AnswerWithManager ? next with { AnswerWithManager = false, AnswerGivenBackAt = at, BlockUncheckedSince = null } : next;

    private static PenaltyCase Dated(PenaltyCase next, int stage, DateTimeOffset askedAt) =>
        stage == 1 ? next with { FirstAskedAt = askedAt } : next with { SecondAskedAt = askedAt };

    /// <summary>The customer is to be phoned within the policy's time from here, and people are reminded from here.</summary>
    private static PenaltyCase DueAnew(PenaltyCase next, DateTimeOffset at) =>
        next with { ManagerAskedAt = at, RemindedAt = null, Reminders = 0, Escalated = false };

    /// <summary>
    /// Another matter for a person who is waited for already is reminded of from its own beginning; the next level hears of it with what waits, or, where
    /// it has heard of that, in the matter's own time.
    /// </summary>
    private static PenaltyCase NextMatter(PenaltyCase next, DateTimeOffset at) => next.ManagerAskedAt is { } asked
        ? next with { ManagerAskedAt = next.Escalated ? at : asked, RemindedAt = at, Reminders = 0, Escalated = false }
        : next;

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
        StepKind.RequestDriverBlock => happened is BlockRequested or BlockConfirmed or BlockFailed or UnblockRequested or BlockLifted or UnblockFailed,
        StepKind.WriteContactLog => happened is NotesWritten or TextsRefused,
        StepKind.CommentOnBoard => happened is BoardCommented or TextsRefused,
        StepKind.TellManagers => happened is ManagersTold or NoticesDropped,
        StepKind.FileCallback => happened is CallbackFiled,
        StepKind.CheckDriverOutcome => happened is OutcomePending or OutcomeChecked or OutcomeConcluded or OutcomeCorrected,
        StepKind.SendFeedbackSms => happened is MessageSent or MessageFailed or MessageUnknown,
        StepKind.SettleReservation => happened is MessageSent or MessageFailed or MessageUnknown,
        StepKind.CheckSmsDelivery => happened is DeliveryChecked or MessageDelivered or MessageFailed or MessageUnknown,
        StepKind.HandToManager => happened is HandedToManager,
        StepKind.TakeAnswerBack => happened is AnswerTakenBack,
        StepKind.RemindManager => happened is ManagerReminded,
        StepKind.CloseCase => happened is CaseClosed,
        StepKind.Wait or StepKind.End => false,
    };

    private static OwedText[] Without(IReadOnlyList<OwedText> owed, IReadOnlyList<string> keys) => [.. owed.Where(text => !keys.Contains(text.Key))];
}
