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
        { new MatchedAgain("R-2", new(2026, 9, 20), "pr-2", "R-1", new(2026, 9, 18)), true },
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
    public void A_lifting_that_is_told_after_the_end_opens_the_case_again()
    {
        var closed = A.Case().After(
            new BlockAgreed(), new BlockConfirmed(A.Friday), new UnblockOrdered("manager-1", "r"), new UnblockRequested(2),
            new HandedToManager(HandoverReason.UnblockFailed), new HandoverSettled("manager-1", "r"), new CaseClosed());
        var lifted = closed.After(new BlockLifted(A.Friday, 2));
        Assert.Equal((BlockState.Lifted, LifeState.Open, 2), (lifted.Block, lifted.Life, lifted.Run));
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
        Assert.Equal((ComplaintState.Withdrawn, PromiseState.Withdrawn, DecisionState.Dropped), (withdrawn.Standing, withdrawn.Promise, withdrawn.Decision));
        Assert.Equal((false, false, false), (withdrawn.BoardPostOwed, withdrawn.AnswerWanted, withdrawn.Counts));
        Assert.Equal("complaint", Refused(withdrawn, new ComplaintWithdrawn("agent-1", "again")).Facet);

        var again = withdrawn.After(new FeedbackPromised());
        Assert.Equal((false, true, true), (again.BoardPostOwed, again.AnswerWanted, again.Counts));
        Assert.True(A.Case().After(new ComplaintWithdrawn("agent-1", "r"), new FeedbackPromised()).BoardPostOwed);
        Assert.Equal(ComplaintState.Standing, withdrawn.After(new CaseReopened("manager-1", "r")).Standing);
        Assert.Equal(ComplaintState.Standing, withdrawn.After(new FilingApproved("manager-1", "r")).Standing);
        Assert.True(A.Case().After(new BoardPostStarted(), new ComplaintWithdrawn("agent-1", "r")).BoardPostOwed);
    }

    public static TheoryData<CaseEvent> WhatRenewsAComplaint => [new ComplaintRenewed(), new FeedbackPromised(), new CaseReopened("manager-1", "r")];

    [Theory]
    [MemberData(nameof(WhatRenewsAComplaint))]
    public void An_unclear_complaint_that_was_taken_back_undecided_waits_for_a_decision_again(CaseEvent renews)
    {
        var renewed = A.Case(A.Complaint with { Unclear = true }).After(new ComplaintWithdrawn("agent-1", "r"), new CaseClosed(), renews);
        Assert.Equal((DecisionState.Awaited, ComplaintState.Standing, false), (renewed.Decision, renewed.Standing, renewed.BoardPostOwed));
        Assert.Equal(2, renewed.Run);
        Assert.True(renewed.After(new FilingApproved("manager-1", "r")).BoardPostOwed);
    }

    [Fact]
    public void A_complaint_that_stands_is_not_renewed_and_one_that_was_taken_back_is_counted_again()
    {
        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(A.Case(), new ComplaintRenewed()).Kind);
        Assert.True(A.Case().After(new ComplaintWithdrawn("agent-1", "r"), new ComplaintRenewed()).Counts);
    }

    [Fact]
    public void An_agent_who_cannot_judge_after_all_asks_for_a_decision_only_before_the_board_has_it()
    {
        var asked = A.Case().After(new DecisionAsked());
        Assert.Equal((DecisionState.Awaited, true, false), (asked.Decision, asked.Complaint.Unclear, asked.BoardPostOwed));
        Assert.Equal("board", Refused(A.Case().After(new BoardPostStarted()), new DecisionAsked()).Facet);
        Assert.Equal("decision", Refused(A.Case().After(new FilingApproved("manager-1", "r")), new DecisionAsked()).Facet);
    }

    [Fact]
    public void The_date_of_the_ride_is_the_one_that_was_told_last_and_not_that_of_the_complaint()
    {
        var guessed = A.Case(A.Complaint with { ComplainedAt = A.Friday, RideDate = new(2026, 9, 18) });
        var told = guessed.After(new RideDated(new(2026, 9, 17), A.Friday));
        Assert.Equal(new DateOnly(2026, 9, 17), told.Complaint.RideDate);
        Assert.Equal(new DateOnly(2026, 9, 17), told.After(new ComplaintDated(A.Friday.AddDays(-2), new(2026, 9, 16))).Complaint.RideDate);

        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(told, new RideDated(new(2026, 9, 16), A.Friday.AddMinutes(-1))).Kind);
        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(told, new RideDated(new(2026, 9, 17), A.Friday.AddMinutes(1))).Kind);
        Assert.Equal(new DateOnly(2026, 9, 16), told.After(new RideDated(new(2026, 9, 16), A.Friday.AddMinutes(1))).Complaint.RideDate);
    }

    [Fact]
    public void What_somebody_asks_a_manager_for_twice_is_asked_for_once()
    {
        var asked = A.Case().After(new HandedToManager(HandoverReason.Requested, "agent-1", "text|1"));
        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(asked, new HandedToManager(HandoverReason.Requested, "agent-2", "text|2")).Kind);
        Assert.Equal(HandoverReason.AnswerTakenOver, asked.After(new HandedToManager(HandoverReason.AnswerTakenOver, "agent-1", "text|3")).HandoverReason);
    }

    [Fact]
    public void A_consent_told_later_sends_the_callback_to_the_other_number()
    {
        var filed = A.Case().After(new CallbackWanted(CallbackCause.SupervisorAsked), new CallbackFiled("cb-1"));
        var agreed = filed.After(new CallbackNumberAgreed("consent|2"));
        Assert.Equal((CallbackState.Wanted, "consent|2"), (agreed.Callback, agreed.CallbackConsent));
        Assert.True(agreed.CallbackAsking > filed.CallbackAsking);
        Assert.Null(agreed.After(new CallbackFiled("cb-1"), new CallbackWanted(CallbackCause.SupervisorAsked)).CallbackConsent);
        Assert.Equal("callback", Refused(A.Case(), new CallbackNumberAgreed("consent|2")).Facet);
    }

    [Fact]
    public void A_message_that_was_delivered_after_all_keeps_the_promise_of_a_complaint_taken_back()
    {
        CaseEvent[] sent =
            [new FeedbackPromised(), new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday), new MessageReserved(1, "G1", "feedback@1", 422), new MessageSent(1)];
        var delivered = A.Case().After([.. sent, new ComplaintWithdrawn("agent-1", "r"), new MessageDelivered(1)]);
        Assert.Equal(PromiseState.Answered, delivered.Promise);
        Assert.Equal(PromiseState.Answered, A.Case().After([.. sent, new MessageDelivered(1), new ComplaintWithdrawn("agent-1", "r")]).Promise);
        Assert.Equal("feedback promise", Refused(delivered, new FeedbackPromised()).Facet);
    }

    [Fact]
    public void What_was_concluded_before_the_complaint_is_about_something_else()
    {
        var complained = A.Case(A.Complaint with { ComplainedAt = A.Friday });
        Assert.Equal("outcome", Refused(complained, new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday.AddDays(-1))).Facet);
        Assert.Equal(OutcomeState.Concluded, complained.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday)).Outcome);
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
