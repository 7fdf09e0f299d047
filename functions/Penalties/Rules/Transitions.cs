namespace Penalties.Rules;

/// <summary>
/// The one table of state changes. Each facet lists its rows; an event must be allowed by every facet that knows it, and on a closed case
/// only what <see cref="Life"/> lists can still happen. Everything that changes a case goes through <see cref="Apply"/>.
/// </summary>
public static class Transitions
{
    public static readonly FacetTable<DecisionState> Decision = new("decision")
    {
        { DecisionState.NotNeeded, typeof(FilingApproved), DecisionState.File },
        { DecisionState.NotNeeded, typeof(FilingRefused), DecisionState.DoNotFile },
        { DecisionState.Awaited, typeof(FilingApproved), DecisionState.File },
        { DecisionState.Awaited, typeof(FilingRefused), DecisionState.DoNotFile },
        { DecisionState.File, typeof(FilingRefused), DecisionState.DoNotFile },
        { DecisionState.DoNotFile, typeof(FilingApproved), DecisionState.File },
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
    };

    public static readonly FacetTable<PromiseState> Promise = new("feedback promise")
    {
        { PromiseState.None, typeof(FeedbackAsked), PromiseState.None },
        { PromiseState.None, typeof(FeedbackPromised), PromiseState.Promised },
        { PromiseState.None, typeof(ManagerAnswered), PromiseState.None },
        { PromiseState.Promised, typeof(MessageDelivered), PromiseState.Answered },
        { PromiseState.Promised, typeof(ManagerAnswered), PromiseState.Answered },
        { PromiseState.Answered, typeof(ManagerAnswered), PromiseState.Answered },
    };

    public static readonly FacetTable<OutcomeState> Outcome = new("outcome")
    {
        { OutcomeState.Unknown, typeof(OutcomePending), OutcomeState.Unknown },
        { OutcomeState.Unknown, typeof(OutcomeConcluded), OutcomeState.Concluded },
        { OutcomeState.Concluded, typeof(OutcomeCorrected), OutcomeState.Concluded },
    };

    public static readonly FacetTable<MessageState> Message = new("message")
    {
        { MessageState.None, typeof(MessageReserved), MessageState.Reserved },
        { MessageState.Reserved, typeof(MessageSent), MessageState.Sent },
        { MessageState.Reserved, typeof(MessageFailed), MessageState.Failed },
        { MessageState.Sent, typeof(DeliveryChecked), MessageState.Sent },
        { MessageState.Sent, typeof(MessageDelivered), MessageState.Delivered },
        { MessageState.Sent, typeof(MessageFailed), MessageState.Failed },
        { MessageState.Sent, typeof(MessageUnknown), MessageState.Unknown },
        { MessageState.Unknown, typeof(MessageDelivered), MessageState.Delivered },
        { MessageState.Unknown, typeof(MessageFailed), MessageState.Failed },
    };

    public static readonly FacetTable<HandoverState> Handover = new("hand-over")
    {
        { HandoverState.None, typeof(HandedToManager), HandoverState.WithManager },
        { HandoverState.Settled, typeof(HandedToManager), HandoverState.WithManager },
        { HandoverState.WithManager, typeof(HandedToManager), HandoverState.WithManager },
        { HandoverState.WithManager, typeof(HandoverSettled), HandoverState.Settled },
        { HandoverState.WithManager, typeof(ManagerAnswered), HandoverState.Settled },
    };

    public static readonly FacetTable<LifeState> Life = new("case")
    {
        { LifeState.Open, typeof(CaseClosed), LifeState.Closed },
        { LifeState.Open, typeof(ReContacted), LifeState.Open },
        { LifeState.Open, typeof(FeedbackPromised), LifeState.Open },
        { LifeState.Open, typeof(BlockAgreed), LifeState.Open },
        { LifeState.Open, typeof(FilingApproved), LifeState.Open },
        { LifeState.Open, typeof(FeedbackAsked), LifeState.Open },
        { LifeState.Open, typeof(BlockDeclined), LifeState.Open },
        { LifeState.Open, typeof(OutcomeConcluded), LifeState.Open },
        { LifeState.Open, typeof(OutcomeCorrected), LifeState.Open },
        { LifeState.Open, typeof(ComplaintDiffered), LifeState.Open },
        { LifeState.Open, typeof(BlockConfirmed), LifeState.Open },
        { LifeState.Open, typeof(BlockFailed), LifeState.Open },
        { LifeState.Open, typeof(CaseResumed), LifeState.Open },
        { LifeState.Closed, typeof(ReContacted), LifeState.Open },
        { LifeState.Closed, typeof(FeedbackPromised), LifeState.Open },
        { LifeState.Closed, typeof(BlockAgreed), LifeState.Open },
        { LifeState.Closed, typeof(FilingApproved), LifeState.Open },
        { LifeState.Closed, typeof(FeedbackAsked), LifeState.Open },
        { LifeState.Closed, typeof(BlockDeclined), LifeState.Open },
        { LifeState.Closed, typeof(OutcomeCorrected), LifeState.Open },
        { LifeState.Closed, typeof(ComplaintDiffered), LifeState.Open },
        { LifeState.Closed, typeof(BlockConfirmed), LifeState.Open },
        { LifeState.Closed, typeof(BlockFailed), LifeState.Open },
        { LifeState.Closed, typeof(OutcomeConcluded), LifeState.Closed },
    };

    /// <summary>The case after the event, or the refusal; never both, never neither.</summary>
    public static Transition Apply(PenaltyCase current, CaseEvent happened, DateTimeOffset at)
    {
        var facets = new FacetWalk(happened);
        var next = current with
        {
            Decision = facets.Next(Decision, current.Decision),
            Board = facets.Next(Board, current.Board),
            Block = facets.Next(Block, current.Block),
            Promise = facets.Next(Promise, current.Promise),
            Outcome = facets.Next(Outcome, current.Outcome),
            Message = facets.Next(Message, current.Message),
            Handover = facets.Next(Handover, current.Handover),
            Life = facets.Next(Life, current.Life),
            Seq = current.Seq + 1,
            ChangedAt = at,
        };

        var refusal = facets.Refusal ?? Guards.Refuse(current, happened);
        return refusal is null ? new(Owing.After(Facts.Record(next, current, happened, at), happened, at), null) : new(null, refusal);
    }

    /// <summary>The case that its first event makes.</summary>
    public static PenaltyCase File(CaseFiled filed, DateTimeOffset at)
    {
        var made = new PenaltyCase
        {
            Id = filed.CaseId,
            Complaint = filed.Complaint,
            Seq = 1,
            FiledAt = at,
            ChangedAt = at,
            Policy = filed.Policy ?? new(),
            Decision = filed.Complaint.Unclear ? DecisionState.Awaited : DecisionState.NotNeeded,
        };

        return Owing.After(made, filed, at);
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
