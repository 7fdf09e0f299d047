namespace Penalties.Rules;

/// <summary>
/// The one table of state changes. Each facet lists its rows; an event must be allowed by every facet that knows it, and on a closed case
/// only what <see cref="Life"/> lists can still happen. Everything that changes a case goes through <see cref="Apply"/>.
/// </summary>
public static class Transitions
{
    public static readonly FacetTable<ComplaintState> Standing = new("complaint")
    {
        { ComplaintState.Standing, typeof(ComplaintWithdrawn), ComplaintState.Withdrawn },
        { ComplaintState.Standing, typeof(FeedbackPromised), ComplaintState.Standing },
        { ComplaintState.Withdrawn, typeof(ComplaintRenewed), ComplaintState.Standing },
        { ComplaintState.Standing, typeof(ComplaintRenewed), ComplaintState.Standing },
        { ComplaintState.Standing, typeof(FilingApproved), ComplaintState.Standing },
        { ComplaintState.Standing, typeof(CaseReopened), ComplaintState.Standing },
        { ComplaintState.Withdrawn, typeof(FeedbackPromised), ComplaintState.Standing },
        { ComplaintState.Withdrawn, typeof(FilingApproved), ComplaintState.Standing },
        { ComplaintState.Withdrawn, typeof(CaseReopened), ComplaintState.Standing },
    };

    public static readonly FacetTable<DecisionState> Decision = new("decision")
    {
        { DecisionState.NotNeeded, typeof(DecisionAsked), DecisionState.Awaited },
        { DecisionState.NotNeeded, typeof(FilingApproved), DecisionState.File },
        { DecisionState.NotNeeded, typeof(FilingRefused), DecisionState.DoNotFile },
        { DecisionState.NotNeeded, typeof(ComplaintWithdrawn), DecisionState.NotNeeded },
        { DecisionState.Awaited, typeof(FilingApproved), DecisionState.File },
        { DecisionState.Awaited, typeof(FilingRefused), DecisionState.DoNotFile },
        { DecisionState.Awaited, typeof(ComplaintWithdrawn), DecisionState.Dropped },
        { DecisionState.Dropped, typeof(FilingApproved), DecisionState.File },
        { DecisionState.Dropped, typeof(FilingRefused), DecisionState.DoNotFile },
        { DecisionState.Dropped, typeof(ComplaintWithdrawn), DecisionState.Dropped },
        { DecisionState.Dropped, typeof(DecisionAsked), DecisionState.Dropped },
        { DecisionState.Dropped, typeof(ComplaintRenewed), DecisionState.Awaited },
        { DecisionState.Dropped, typeof(FeedbackPromised), DecisionState.Awaited },
        { DecisionState.Dropped, typeof(CaseReopened), DecisionState.Awaited },
        { DecisionState.NotNeeded, typeof(ComplaintRenewed), DecisionState.NotNeeded },
        { DecisionState.NotNeeded, typeof(FeedbackPromised), DecisionState.NotNeeded },
        { DecisionState.NotNeeded, typeof(CaseReopened), DecisionState.NotNeeded },
        { DecisionState.Awaited, typeof(ComplaintRenewed), DecisionState.Awaited },
        { DecisionState.Awaited, typeof(FeedbackPromised), DecisionState.Awaited },
        { DecisionState.Awaited, typeof(CaseReopened), DecisionState.Awaited },
        { DecisionState.File, typeof(ComplaintRenewed), DecisionState.File },
        { DecisionState.File, typeof(FeedbackPromised), DecisionState.File },
        { DecisionState.File, typeof(CaseReopened), DecisionState.File },
        { DecisionState.DoNotFile, typeof(ComplaintRenewed), DecisionState.DoNotFile },
        { DecisionState.DoNotFile, typeof(FeedbackPromised), DecisionState.DoNotFile },
        { DecisionState.DoNotFile, typeof(CaseReopened), DecisionState.DoNotFile },
        { DecisionState.File, typeof(FilingRefused), DecisionState.DoNotFile },
        { DecisionState.File, typeof(ComplaintWithdrawn), DecisionState.File },
        { DecisionState.DoNotFile, typeof(FilingApproved), DecisionState.File },
        { DecisionState.DoNotFile, typeof(ComplaintWithdrawn), DecisionState.DoNotFile },
    };

    public static readonly FacetTable<StatementState> Statement = new("driver's statement")
    {
        { StatementState.NotAsked, typeof(StatementReceived), StatementState.Received },
        { StatementState.NotAsked, typeof(StatementWaived), StatementState.Waived },
        { StatementState.Waived, typeof(StatementReceived), StatementState.Received },
        { StatementState.Received, typeof(StatementReceived), StatementState.Received },
    };

    public static readonly FacetTable<BoardState> Board = new("board")
    {
        { BoardState.None, typeof(BoardPostStarted), BoardState.Posting },
        { BoardState.Posting, typeof(BoardPosted), BoardState.Posted },
        { BoardState.None, typeof(FilingRefused), BoardState.None },
        { BoardState.Posted, typeof(BoardCommented), BoardState.Posted },
    };

    public static readonly FacetTable<BlockState> Block = new("block")
    {
        { BlockState.Unknown, typeof(BlockAgreed), BlockState.Pending },
        { BlockState.Unknown, typeof(BlockDeclined), BlockState.Declined },
        { BlockState.Declined, typeof(BlockAgreed), BlockState.Pending },
        { BlockState.Pending, typeof(BlockRequested), BlockState.Pending },
        { BlockState.Pending, typeof(BlockConfirmed), BlockState.Confirmed },
        { BlockState.Pending, typeof(BlockFailed), BlockState.Failed },
        { BlockState.Failed, typeof(BlockConfirmed), BlockState.Confirmed },
        { BlockState.Failed, typeof(BlockAgreed), BlockState.Pending },
        { BlockState.Confirmed, typeof(BlockChecked), BlockState.Confirmed },
        { BlockState.Confirmed, typeof(BlockUnchecked), BlockState.Confirmed },
        { BlockState.Confirmed, typeof(BlockFoundLifted), BlockState.Lifted },
        { BlockState.Confirmed, typeof(UnblockOrdered), BlockState.Lifting },
        { BlockState.Lifting, typeof(UnblockRequested), BlockState.Lifting },
        { BlockState.Lifting, typeof(BlockLifted), BlockState.Lifted },
        { BlockState.Lifting, typeof(UnblockFailed), BlockState.Failed },
        { BlockState.Failed, typeof(UnblockOrdered), BlockState.Lifting },
        { BlockState.Failed, typeof(BlockLifted), BlockState.Lifted },
        { BlockState.Lifted, typeof(BlockAgreed), BlockState.Pending },
    };

    public static readonly FacetTable<PromiseState> Promise = new("feedback promise")
    {
        { PromiseState.None, typeof(FeedbackAsked), PromiseState.None },
        { PromiseState.None, typeof(FeedbackPromised), PromiseState.Promised },
        { PromiseState.None, typeof(ManagerAnswered), PromiseState.None },
        { PromiseState.None, typeof(ComplaintWithdrawn), PromiseState.None },
        { PromiseState.Promised, typeof(PromiseDated), PromiseState.Promised },
        { PromiseState.Promised, typeof(MessageDelivered), PromiseState.Answered },
        { PromiseState.Promised, typeof(ManagerAnswered), PromiseState.Answered },
        { PromiseState.Promised, typeof(MessageResendOrdered), PromiseState.Promised },
        { PromiseState.Promised, typeof(ComplaintWithdrawn), PromiseState.Withdrawn },
        { PromiseState.Answered, typeof(ManagerAnswered), PromiseState.Answered },
        { PromiseState.Answered, typeof(MessageDelivered), PromiseState.Answered },
        { PromiseState.Answered, typeof(ComplaintWithdrawn), PromiseState.Answered },
        { PromiseState.Withdrawn, typeof(FeedbackPromised), PromiseState.Promised },
        { PromiseState.Withdrawn, typeof(ManagerAnswered), PromiseState.Withdrawn },
        { PromiseState.Withdrawn, typeof(MessageDelivered), PromiseState.Answered },
    };

    public static readonly FacetTable<OutcomeState> Outcome = new("outcome")
    {
        { OutcomeState.Unknown, typeof(OutcomePending), OutcomeState.Unknown },
        { OutcomeState.Unknown, typeof(OutcomeConcluded), OutcomeState.Concluded },
        { OutcomeState.Concluded, typeof(OutcomeCorrected), OutcomeState.Concluded },
        { OutcomeState.Concluded, typeof(OutcomeChecked), OutcomeState.Concluded },
        { OutcomeState.Concluded, typeof(AppealFiled), OutcomeState.Appealed },
        { OutcomeState.Appealed, typeof(OutcomeChecked), OutcomeState.Appealed },
        { OutcomeState.Appealed, typeof(OutcomeCorrected), OutcomeState.Appealed },
        { OutcomeState.Appealed, typeof(AppealRejected), OutcomeState.Upheld },
        { OutcomeState.Appealed, typeof(OutcomeOverturned), OutcomeState.Overturned },
        { OutcomeState.Upheld, typeof(OutcomeCorrected), OutcomeState.Upheld },
        { OutcomeState.Upheld, typeof(OutcomeChecked), OutcomeState.Upheld },
        { OutcomeState.Overturned, typeof(OutcomeCorrected), OutcomeState.Overturned },
        { OutcomeState.Overturned, typeof(OutcomeChecked), OutcomeState.Overturned },
    };

    public static readonly FacetTable<MessageState> Message = new("message")
    {
        { MessageState.None, typeof(MessageReserved), MessageState.Reserved },
        { MessageState.Reserved, typeof(MessageSent), MessageState.Sent },
        { MessageState.Reserved, typeof(MessageFailed), MessageState.Failed },
        { MessageState.Reserved, typeof(MessageUnknown), MessageState.Unknown },
        { MessageState.Sent, typeof(DeliveryChecked), MessageState.Sent },
        { MessageState.Sent, typeof(MessageDelivered), MessageState.Delivered },
        { MessageState.Sent, typeof(MessageFailed), MessageState.Failed },
        { MessageState.Sent, typeof(MessageUnknown), MessageState.Unknown },
        { MessageState.Unknown, typeof(MessageDelivered), MessageState.Delivered },
        { MessageState.Unknown, typeof(MessageFailed), MessageState.Failed },
        { MessageState.Failed, typeof(MessageResendOrdered), MessageState.None },
    };

    public static readonly FacetTable<CallbackState> Callback = new("callback")
    {
        { CallbackState.None, typeof(CompensationAsked), CallbackState.None },
        { CallbackState.None, typeof(CallbackWanted), CallbackState.Wanted },
        { CallbackState.Wanted, typeof(CallbackFiled), CallbackState.Filed },
        { CallbackState.Wanted, typeof(CompensationAsked), CallbackState.Wanted },
        { CallbackState.Filed, typeof(CallbackWanted), CallbackState.Wanted },
        { CallbackState.Filed, typeof(CallbackNumberAgreed), CallbackState.Wanted },
        { CallbackState.Wanted, typeof(CallbackNumberAgreed), CallbackState.Wanted },
        { CallbackState.Filed, typeof(CompensationAsked), CallbackState.Filed },
        { CallbackState.Due, typeof(CallbackDone), CallbackState.Done },
        { CallbackState.Due, typeof(CallbackCancelled), CallbackState.Cancelled },
        { CallbackState.Due, typeof(CallbackUnanswered), CallbackState.Due },
        { CallbackState.Done, typeof(CallbackWanted), CallbackState.Due },
        { CallbackState.Cancelled, typeof(CallbackWanted), CallbackState.Due },
    };

    public static readonly FacetTable<HandoverState> Handover = new("hand-over")
    {
        { HandoverState.None, typeof(HandedToManager), HandoverState.WithManager },
        { HandoverState.None, typeof(CaseReopened), HandoverState.WithManager },
        { HandoverState.None, typeof(MessageResendOrdered), HandoverState.None },
        { HandoverState.Settled, typeof(HandedToManager), HandoverState.WithManager },
        { HandoverState.Settled, typeof(CaseReopened), HandoverState.WithManager },
        { HandoverState.Settled, typeof(MessageResendOrdered), HandoverState.Settled },
        { HandoverState.WithManager, typeof(HandedToManager), HandoverState.WithManager },
        { HandoverState.WithManager, typeof(CaseReopened), HandoverState.WithManager },
        { HandoverState.WithManager, typeof(HandoverSettled), HandoverState.Settled },
        { HandoverState.WithManager, typeof(ManagerAnswered), HandoverState.Settled },
        { HandoverState.WithManager, typeof(MessageResendOrdered), HandoverState.Settled },
        { HandoverState.None, typeof(CallbackDone), HandoverState.None },
        { HandoverState.None, typeof(CallbackCancelled), HandoverState.None },
        { HandoverState.Settled, typeof(CallbackDone), HandoverState.Settled },
        { HandoverState.Settled, typeof(CallbackCancelled), HandoverState.Settled },
        { HandoverState.WithManager, typeof(CallbackDone), HandoverState.Settled },
        { HandoverState.WithManager, typeof(CallbackCancelled), HandoverState.Settled },
    };

    public static readonly FacetTable<LifeState> Life = new("case")
    {
        { LifeState.Open, typeof(CaseClosed), LifeState.Closed },
        { LifeState.Open, typeof(CaseResumed), LifeState.Open },
        { LifeState.Open, typeof(CaseReopened), LifeState.Open },
        { LifeState.Open, typeof(AppealFiled), LifeState.Open },
        { LifeState.Open, typeof(AppealRejected), LifeState.Open },
        { LifeState.Open, typeof(BlockAgreed), LifeState.Open },
        { LifeState.Open, typeof(BlockConfirmed), LifeState.Open },
        { LifeState.Open, typeof(BlockDeclined), LifeState.Open },
        { LifeState.Open, typeof(BlockFailed), LifeState.Open },
        { LifeState.Open, typeof(BlockLifted), LifeState.Open },
        { LifeState.Open, typeof(CallbackNumberRefused), LifeState.Open },
        { LifeState.Open, typeof(CallbackWanted), LifeState.Open },
        { LifeState.Open, typeof(CompensationAsked), LifeState.Open },
        { LifeState.Open, typeof(ComplaintDated), LifeState.Open },
        { LifeState.Open, typeof(ComplaintDiffered), LifeState.Open },
        { LifeState.Open, typeof(DifferenceTakenBack), LifeState.Open },
        { LifeState.Open, typeof(ComplaintWithdrawn), LifeState.Open },
        { LifeState.Open, typeof(DecisionAsked), LifeState.Open },
        { LifeState.Open, typeof(ComplaintRenewed), LifeState.Open },
        { LifeState.Open, typeof(CallbackNumberAgreed), LifeState.Open },
        { LifeState.Open, typeof(RideDated), LifeState.Open },
        { LifeState.Open, typeof(FeedbackAsked), LifeState.Open },
        { LifeState.Open, typeof(FeedbackDated), LifeState.Open },
        { LifeState.Open, typeof(FeedbackPromised), LifeState.Open },
        { LifeState.Open, typeof(FilingApproved), LifeState.Open },
        { LifeState.Open, typeof(OutcomeConcluded), LifeState.Open },
        { LifeState.Open, typeof(OutcomeCorrected), LifeState.Open },
        { LifeState.Open, typeof(OutcomeOverturned), LifeState.Open },
        { LifeState.Open, typeof(ReContacted), LifeState.Open },
        { LifeState.Open, typeof(StatementReceived), LifeState.Open },
        { LifeState.Open, typeof(StatementWaived), LifeState.Open },
        { LifeState.Open, typeof(TicketLinked), LifeState.Open },
        { LifeState.Open, typeof(UnblockOrdered), LifeState.Open },
        { LifeState.Closed, typeof(BlockAgreed), LifeState.Open },
        { LifeState.Closed, typeof(BlockConfirmed), LifeState.Open },
        { LifeState.Closed, typeof(BlockDeclined), LifeState.Open },
        { LifeState.Closed, typeof(BlockFailed), LifeState.Open },
        { LifeState.Closed, typeof(BlockLifted), LifeState.Open },
        { LifeState.Closed, typeof(CallbackNumberRefused), LifeState.Open },
        { LifeState.Closed, typeof(CallbackWanted), LifeState.Open },
        { LifeState.Closed, typeof(CaseReopened), LifeState.Open },
        { LifeState.Closed, typeof(CompensationAsked), LifeState.Open },
        { LifeState.Closed, typeof(ComplaintDiffered), LifeState.Open },
        { LifeState.Closed, typeof(ComplaintWithdrawn), LifeState.Open },
        { LifeState.Closed, typeof(DecisionAsked), LifeState.Open },
        { LifeState.Closed, typeof(ComplaintRenewed), LifeState.Open },
        { LifeState.Closed, typeof(CallbackNumberAgreed), LifeState.Open },
        { LifeState.Closed, typeof(RideDated), LifeState.Closed },
        { LifeState.Closed, typeof(FeedbackAsked), LifeState.Open },
        { LifeState.Closed, typeof(FeedbackPromised), LifeState.Open },
        { LifeState.Closed, typeof(FilingApproved), LifeState.Open },
        { LifeState.Closed, typeof(OutcomeCorrected), LifeState.Open },
        { LifeState.Closed, typeof(OutcomeOverturned), LifeState.Open },
        { LifeState.Closed, typeof(ReContacted), LifeState.Open },
        { LifeState.Closed, typeof(TicketLinked), LifeState.Open },
        { LifeState.Closed, typeof(UnblockOrdered), LifeState.Open },
        { LifeState.Closed, typeof(AppealFiled), LifeState.Open },
        { LifeState.Closed, typeof(AppealRejected), LifeState.Open },
        { LifeState.Closed, typeof(OutcomeConcluded), LifeState.Closed },
        { LifeState.Closed, typeof(ComplaintDated), LifeState.Closed },
        { LifeState.Closed, typeof(FeedbackDated), LifeState.Closed },
        { LifeState.Closed, typeof(StatementReceived), LifeState.Closed },
        { LifeState.Closed, typeof(StatementWaived), LifeState.Closed },
    };

    /// <summary>The case after the event, or the refusal; never both, never neither.</summary>
    public static Transition Apply(PenaltyCase current, CaseEvent happened, DateTimeOffset at)
    {
        var facets = new FacetWalk(happened);
        var next = current with
        {
            Standing = facets.Next(Standing, current.Standing),
            Decision = facets.Next(Decision, current.Decision),
            Statement = facets.Next(Statement, current.Statement),
            Board = facets.Next(Board, current.Board),
            Block = facets.Next(Block, current.Block),
            Promise = facets.Next(Promise, current.Promise),
            Outcome = facets.Next(Outcome, current.Outcome),
            Message = facets.Next(Message, current.Message),
            Callback = facets.Next(Callback, current.Callback),
            Handover = facets.Next(Handover, current.Handover),
            Life = facets.Next(Life, current.Life),
            Seq = current.Seq + 1,
            ChangedAt = at,
        };

        var refusal = facets.Refusal ?? Guards.Refuse(current, happened, at);
        return refusal is null ? new(Owing.After(Facts.Record(next, current, happened, at), happened, at), null) : new(null, refusal);
    }

    /// <summary>The case that its first event makes.</summary>
    public static PenaltyCase File(CaseFiled filed, DateTimeOffset at)
    {
        var made = new PenaltyCase
        {
            Id = filed.CaseId,
            Complaint = filed.Complaint,
            About = filed.About,
            Seq = 1,
            FiledAt = at,
            ChangedAt = at,
            FactsToldAt = filed.Complaint.ComplainedAt,
            Policy = filed.Policy ?? new(),
            Decision = filed.Complaint is { Unclear: true, Kind: CaseKind.Penalty } ? DecisionState.Awaited : DecisionState.NotNeeded,
            Callback = filed.Complaint.Kind is CaseKind.Callback ? CallbackState.Due : CallbackState.None,
        };

        return Owing.After(Facts.Watch(made, before: null, at), filed, at);
    }

    /// <summary>The case that a whole activity log tells; the same whatever made the entries.</summary>
    /// <exception cref="InvalidDataException">The log does not begin with <see cref="CaseFiled"/> or holds a change the table refuses.</exception>
    public static PenaltyCase Replay(IEnumerable<(CaseEvent Event, DateTimeOffset At)> log)
    {
        PenaltyCase? current = null;
        foreach (var (happened, at) in log)
        {
            current = (current, happened) switch
            {
                (null, CaseFiled filed) => File(filed, at),
                (null, _) => throw new InvalidDataException($"An activity log begins with {nameof(CaseFiled)}, not {happened.GetType().Name}."),
                _ => Apply(current, happened, at) switch
                {
                    { Case: { } next } => next,
                    { Refusal: var refusal } => throw new InvalidDataException($"Entry {current.Seq + 1} of case {current.Id}: {refusal}"),
                },
            };
        }

        return current ?? throw new InvalidDataException("The activity log is empty.");
    }

    private sealed class FacetWalk(CaseEvent happened)
    {
        public Refusal? Refusal { get; private set; }

        public TState Next<TState>(FacetTable<TState> table, TState from)
            where TState : struct, Enum
        {
            if (!table.Knows(happened))
            {
                return from;
            }

            var (to, refusal) = table.Next(from, happened);
            Refusal ??= refusal;
            return to;
        }
    }
}

/// <summary>Exactly one of the two is set.</summary>
public sealed record Transition(PenaltyCase? Case, Refusal? Refusal);
