using Penalties.Rules;

namespace Rules.Tests;

public sealed class LifeTests
{
    private static readonly PenaltyCase Closed = A.Case().After(new FeedbackAsked(1), new CaseClosed());

    public static TheoryData<CaseEvent, bool> OnClosedCases => new()
    {
        // What happens to a closed case, and whether it opens it again.
        { new BlockAgreed(), true },
        { new BlockDeclined(), true },
        { new CallbackNumberRefused(["consent_items"]), true },
        { new CallbackWanted(CallbackCause.SupervisorAsked), true },
        { new CaseReopened("manager-1", "r"), true },
        { new CompensationAsked(1), true },
        { new ComplaintDiffered("R-2", "D-1", "k", Violation.Other), true },
        { new ComplaintWithdrawn("agent-1", "r"), true },
        { new FeedbackPromised(), true },
        { new FilingApproved("manager-1", "r"), true },
        { new ReContacted(AskedWhen: false), true },
        { new TicketLinked("kmob", "4712"), true },
        { new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday), false },
        { new StatementReceived("manager-1", "t"), false },
        { new StatementWaived("manager-1", "r"), false },
    };

    [Theory]
    [MemberData(nameof(OnClosedCases))]
    public void What_needs_work_opens_a_closed_case_in_a_new_instance_and_what_is_only_recorded_does_not(CaseEvent happened, bool opens)
    {
        var after = Closed.After(happened);
        Assert.Equal(opens ? LifeState.Open : LifeState.Closed, after.Life);
        Assert.Equal(opens ? 2 : 1, after.Run);
        Assert.Equal(opens, after.ClosedAt is null);
        Assert.Equal(opens, after.State is not CaseState.Closed);
    }

    [Theory]
    [MemberData(nameof(OnClosedCases))]
    public void An_open_case_goes_on_in_its_instance(CaseEvent happened, bool _)
    {
        if (happened is not CaseReopened)
        {
            var after = A.Case().After(new FeedbackAsked(1), happened);
            Assert.Equal((LifeState.Open, 1), (after.Life, after.Run));
        }
    }

    [Fact]
    public void On_a_closed_case_nothing_else_happens()
    {
        CaseEvent[] steps = [new NotesWritten([]), new BoardPostStarted(), new ManagerReminded(ReminderKind.Waiting, 1), new HandedToManager(HandoverReason.Requested), new CaseResumed(), new StepFailed(StepKind.CloseCase)];
        Assert.All(steps, step => Assert.Equal(RefusalKind.InvalidTransition, Refused(Closed, step).Kind));
        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(Closed, new CaseClosed()).Kind);
    }

    [Fact]
    public void A_case_is_filed_once_and_an_open_one_is_not_opened_again()
    {
        Assert.Equal(new(RefusalKind.AlreadyInTargetState, "case", "Open", nameof(CaseFiled)), Refused(A.Case(), new CaseFiled("pr-1", A.Complaint)));
        Assert.Equal(new(RefusalKind.AlreadyInTargetState, "case", "Open", nameof(CaseReopened)), Refused(A.Case(), new CaseReopened("manager-1", "r")));
    }

    [Fact]
    public void An_instance_that_ended_too_early_is_followed_by_another()
    {
        var resumed = A.Case().After(new CaseResumed());
        Assert.Equal(($"{resumed.Id}-r2", LifeState.Open), (resumed.InstanceId, resumed.Life));
    }

    [Fact]
    public void A_case_that_a_manager_opened_again_stays_open_until_it_is_settled()
    {
        var reopened = Closed.After(new CaseReopened("manager-1", "r"));
        Assert.Equal((HandoverState.WithManager, HandoverReason.Reopened, true), (reopened.Handover, reopened.HandoverReason, reopened.ManagerAsked));
        Assert.False(reopened.After(new HandoverSettled("manager-1", "r")).ManagerAsked);
    }

    [Fact]
    public void What_is_taken_back_is_not_filed_not_answered_and_not_counted_and_may_be_said_again()
    {
        var withdrawn = A.Case(A.Complaint with { Unclear = true }).After(new FeedbackPromised(), new ComplaintWithdrawn("agent-1", "r"));
        Assert.Equal((ComplaintState.Withdrawn, PromiseState.Withdrawn, DecisionState.NotNeeded), (withdrawn.Standing, withdrawn.Promise, withdrawn.Decision));
        Assert.Equal((false, false, false), (withdrawn.BoardPostOwed, withdrawn.AnswerWanted, withdrawn.Counts));
        Assert.Equal("complaint", Refused(withdrawn, new ComplaintWithdrawn("agent-1", "again")).Facet);

        var again = withdrawn.After(new FeedbackPromised());
        Assert.Equal((true, true, true), (again.BoardPostOwed, again.AnswerWanted, again.Counts));
        Assert.Equal(ComplaintState.Standing, withdrawn.After(new CaseReopened("manager-1", "r")).Standing);
        Assert.Equal(ComplaintState.Standing, withdrawn.After(new FilingApproved("manager-1", "r")).Standing);
        Assert.True(A.Case().After(new BoardPostStarted(), new ComplaintWithdrawn("agent-1", "r")).BoardPostOwed);
    }

    [Fact]
    public void Saved_earlier_and_told_later_the_earlier_date_holds()
    {
        var filed = A.Case(A.Complaint with { ComplainedAt = A.Friday, RideDate = new(2026, 9, 18) });
        var dated = filed.After(new ComplaintDated(A.Friday.AddDays(-1), new(2026, 9, 17)));
        Assert.Equal((new DateOnly(2026, 9, 17), new DateOnly(2026, 9, 17)), (dated.ComplainedOn, dated.Complaint.RideDate));

        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(filed, new ComplaintDated(A.Friday, new(2026, 9, 18))).Kind);
        Assert.Equal("complaint", Refused(dated, new ComplaintDated(A.Friday, new(2026, 9, 18))).Facet);
        var rideOnly = filed.After(new ComplaintDated(A.Friday.AddDays(1), new(2026, 9, 17)));
        Assert.Equal((A.Friday, new DateOnly(2026, 9, 17)), (rideOnly.Complaint.ComplainedAt, rideOnly.Complaint.RideDate));
        var complaintOnly = filed.After(new ComplaintDated(A.Friday.AddDays(-1), new(2026, 9, 19)));
        Assert.Equal((new DateOnly(2026, 9, 17), new DateOnly(2026, 9, 18)), (complaintOnly.ComplainedOn, complaintOnly.Complaint.RideDate));
        Assert.Equal(new DateOnly(2026, 9, 18), A.Case().ComplainedOn);
    }

    [Fact]
    public void A_ticket_is_linked_once_and_of_very_many_the_latest_are_kept()
    {
        var linked = A.Case().After(new TicketLinked("kmob", "1"));
        Assert.Equal(["kmob:1"], linked.LinkedTickets);
        Assert.Equal(new(RefusalKind.AlreadyInTargetState, "linked tickets", "kmob:1", nameof(TicketLinked)), Refused(linked, new TicketLinked("kmob", "1")));

        var many = A.Case().After([.. Enumerable.Range(1, 60).Select(n => new TicketLinked("kmob", $"{n}"))]);
        Assert.Equal((50, "kmob:11", "kmob:60"), (many.LinkedTickets.Count, many.LinkedTickets[0], many.LinkedTickets[^1]));
    }

    [Fact]
    public void What_differs_is_a_managers_to_look_at_once()
    {
        var differs = A.Case().After(new ComplaintDiffered("R-2", "D-1", "k", Violation.Other));
        Assert.Equal((true, "R-2"), (differs.DifferenceOpen, differs.Difference!.RideKey));
        Assert.False(differs.After(new HandedToManager(HandoverReason.ComplaintDiffers)).DifferenceOpen);
        Assert.True(differs.After(new HandedToManager(HandoverReason.Requested)).DifferenceOpen);
    }

    [Theory]
    [InlineData(false, CaseState.InProgress)]
    [InlineData(true, CaseState.AwaitingDecision)]
    public void The_state_names_what_the_case_waits_for(bool unclear, CaseState state)
    {
        var filed = A.Case(A.Complaint with { Unclear = unclear });
        Assert.Equal(state, filed.State);
        Assert.Equal(unclear ? CaseState.AwaitingDecision : CaseState.AnswerPromised, filed.After(new FeedbackPromised()).State);
        Assert.Equal(CaseState.WithManager, filed.After(new HandedToManager(HandoverReason.Requested)).State);
        Assert.Equal(CaseState.CallbackDue, A.Callback().State);
        Assert.Equal(CaseState.Closed, filed.After(new FilingRefused("m", "r"), new CaseClosed()).State);
    }

    [Fact]
    public void Complaints_of_the_same_share_their_contact_data_and_a_callback_has_its_own()
    {
        Assert.Equal("match-1", A.Case(A.Complaint with { MatchKey = "match-1" }).ContactKey);
        Assert.Equal(A.Case().Id, A.Case().ContactKey);
        var callback = Transitions.File(new("cb-1", A.Complaint with { Kind = CaseKind.Callback, MatchKey = "match-1" }), A.Friday);
        Assert.Equal("cb-1", callback.ContactKey);
        Assert.False(callback.BoardPostOwed);
        Assert.Equal(DecisionState.NotNeeded, Transitions.File(new("cb-1", A.Complaint with { Kind = CaseKind.Callback, Unclear = true }), A.Friday).Decision);
    }

    [Fact]
    public void A_log_that_cannot_be_is_not_replayed()
    {
        Assert.Contains("empty", Assert.Throws<InvalidDataException>(() => Transitions.Replay([])).Message, StringComparison.Ordinal);
        Assert.Contains(nameof(BlockAgreed), Assert.Throws<InvalidDataException>(() => Transitions.Replay([(new BlockAgreed(), A.Friday)])).Message, StringComparison.Ordinal);
        var twice = Assert.Throws<InvalidDataException>(() => Transitions.Replay([(new CaseFiled("pr-1", A.Complaint), A.Friday), (new CaseClosed(), A.Friday), (new CaseClosed(), A.Friday)]));
        Assert.Contains("Entry 3 of case pr-1", twice.Message, StringComparison.Ordinal);
        Assert.Contains("already Closed", twice.Message, StringComparison.Ordinal);
        Assert.Contains("not possible while block is Unknown", Refused(A.Case(), new BlockConfirmed(A.Friday)).ToString(), StringComparison.Ordinal);
    }

    private static Refusal Refused(PenaltyCase current, CaseEvent happened) => Transitions.Apply(current, happened, A.Friday.AddHours(1)).Refusal!;
}
