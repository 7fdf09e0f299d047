using Penalties.Rules;

namespace Rules.Tests;

/// <summary>Of what a centre's managers hear in their own place.</summary>
public sealed class NoticeTests
{
    private static readonly PenaltyCase Plain = A.Case(A.Complaint with { Violation = Violation.CallCancellation });
    private static readonly PenaltyCase Unclear = A.Case(A.Complaint with { Unclear = true });
    private static readonly PenaltyCase Drunk = A.Case(A.Complaint with { Violation = Violation.SuspectedDrunkDriving });

    public static TheoryData<string, PenaltyCase, CaseEvent, NoticeKind?> Events => new()
    {
        { "a block that failed where no post stands", Plain.After(new BlockAgreed(), new BlockFailed("c")), new HandedToManager(HandoverReason.BlockNotConfirmed), NoticeKind.HandedOver },
        { "a matter beside one that waits", Unclear, new HandedToManager(HandoverReason.Requested, "agent-1"), NoticeKind.HandedOver },
        { "a case opened again", Plain.After(new CaseClosed()), new CaseReopened("manager-1", "r"), NoticeKind.HandedOver },
        { "an agent who cannot judge after all", A.Case(), new DecisionAsked(), NoticeKind.DecisionAsked },
        { "an undecided complaint that is told again", Unclear.After(new ComplaintWithdrawn("agent-1", "r")), new ComplaintRenewed(), NoticeKind.DecisionAsked },
        { "an undecided complaint for which an answer is promised", Unclear, new FeedbackPromised(), null },
        { "a customer who asks again", Plain, new ReContacted(AskedWhen: false), NoticeKind.ReContacted },
        { "a callback asked for once more", A.Callback().After(new CallbackDone("m", "r")), new CallbackWanted(CallbackCause.SupervisorAsked), NoticeKind.CallbackDue },
        { "a callback nobody answered", A.Callback(), new CallbackUnanswered("m", "r"), null },
        { "a callback asked for on its complaint", Plain, new CallbackWanted(CallbackCause.SupervisorAsked), null },
        { "a callback filed for its complaint", Plain.After(new CallbackWanted(CallbackCause.SupervisorAsked)), new CallbackFiled("cb-1"), null },
        { "an answer that comes by itself after all", A.Case().After(new FeedbackPromised(), new HandedToManager(HandoverReason.NotDecided)), new AnswerTakenBack(HandoverReason.NotDecided), NoticeKind.AnswerTakenBack },
        { "a reminder", Unclear, new ManagerReminded(ReminderKind.Waiting, 1), NoticeKind.Reminder },
        { "an escalation", Unclear, new ManagerReminded(ReminderKind.Escalated, 1), NoticeKind.Escalation },
        { "a told day that has passed", A.Case().After(new FeedbackPromised()), new ManagerReminded(ReminderKind.AnswerOverdue, 1, new(2026, 9, 21)), NoticeKind.AnswerOverdue },
        { "a penalty request on the board", A.Case().After(new BoardPostStarted()), new BoardPosted("17"), null },
        { "an urgent one, of which managers have heard", Drunk, new BoardPostStarted(), null },
        { "a failed block before it is handed over", Plain.After(new BlockAgreed()), new BlockFailed("c"), null },
        { "a decision", Unclear, new FilingRefused("manager-1", "r"), null },
        { "an outcome", A.Case(), new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday), null },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void Managers_hear_of_what_is_theirs_whatever_posts_there_are(string what, PenaltyCase before, CaseEvent happened, NoticeKind? kind)
    {
        var after = (before with { NoticesOwed = [] }).After(happened);
        Assert.True(kind == after.NoticesOwed.SingleOrDefault()?.Kind, $"{what}: {after.NoticesOwed.SingleOrDefault()}");
        Assert.All(after.NoticesOwed, notice => Assert.Equal(($"m{after.Seq}", after.ChangedAt), (notice.Key, notice.At)));
    }

    [Fact]
    public void Of_a_new_case_they_hear_where_somebody_has_to_decide_to_phone_or_to_hurry()
    {
        Assert.Empty(A.Case().NoticesOwed);
        Assert.Equal(new Notice("m1", NoticeKind.DecisionAsked, A.Friday), Assert.Single(Unclear.NoticesOwed));
        Assert.Equal(new Notice("m1", NoticeKind.CallbackDue, A.Friday), Assert.Single(A.Callback().NoticesOwed));
        Assert.Equal(new Notice("m1", NoticeKind.Urgent, A.Friday), Assert.Single(Drunk.NoticesOwed));

        // One notice an event: that somebody has to decide is said with the urgency.
        Assert.Equal(NoticeKind.DecisionAsked, Assert.Single(A.Case(Drunk.Complaint with { Unclear = true }).NoticesOwed).Kind);
        var callback = Transitions.File(new(A.Callback().Id, Drunk.Complaint with { Kind = CaseKind.Callback }), A.Friday);
        Assert.Equal(NoticeKind.CallbackDue, Assert.Single(callback.NoticesOwed).Kind);
    }

    [Fact]
    public void A_callback_that_a_manager_lets_be_tried_again_is_theirs_again()
    {
        var triedOut = A.Callback().After(
            new CallbackUnanswered("m", "r"), new CallbackUnanswered("m", "r"), new CallbackUnanswered("m", "r"), new HandedToManager(HandoverReason.CallbackUnanswered));
        Assert.Equal([NoticeKind.CallbackDue, NoticeKind.HandedOver], triedOut.NoticesOwed.Select(notice => notice.Kind));
        Assert.Equal(NoticeKind.CallbackDue, triedOut.After(new HandoverSettled("m", "r")).NoticesOwed[^1].Kind);
    }

    [Fact]
    public void A_notice_tells_its_number_its_reason_and_the_day()
    {
        var owed = A.Case().After(
            new FeedbackPromised(), new ReContacted(AskedWhen: false), new ReContacted(AskedWhen: true), new HandedToManager(HandoverReason.Requested, "agent-1"),
            new ManagerReminded(ReminderKind.Waiting, 2), new ManagerReminded(ReminderKind.AnswerOverdue, 1, new(2026, 9, 21))).NoticesOwed;
        Assert.Equal(
            [(1, null, null), (2, null, null), (0, HandoverReason.Requested, null), (2, null, null), (0, null, (DateOnly?)new DateOnly(2026, 9, 21))],
            owed.Select(notice => (notice.Number, notice.Reason, notice.Told)));
    }

    [Fact]
    public void What_was_told_or_dropped_is_owed_no_more_and_is_not_told_twice()
    {
        var owing = Unclear.After(new HandedToManager(HandoverReason.Requested, "agent-1"));
        var (first, second) = (owing.NoticesOwed[0], owing.NoticesOwed[1]);
        var told = owing.After(new ManagersTold(first, Centre.Koc, "18"));
        Assert.Equal([second], told.NoticesOwed);
        Assert.Equal([first], owing.After(new NoticesDropped([second.Key])).NoticesOwed);

        Assert.Equal(RefusalKind.AlreadyInTargetState, Transitions.Apply(told, new ManagersTold(first, Centre.Koc, "19"), A.Friday).Refusal?.Kind);
        Assert.Equal(RefusalKind.AlreadyInTargetState, Transitions.Apply(told, new NoticesDropped([second.Key, first.Key]), A.Friday).Refusal?.Kind);
    }

    [Fact]
    public void A_case_is_not_closed_before_its_managers_were_told()
    {
        var withdrawn = Plain.After(new ReContacted(AskedWhen: false), new ComplaintWithdrawn("agent-1", "r")) with { NotesOwed = [] };
        Assert.Equal(StepKind.TellManagers, NextStep.Of(new(withdrawn), A.Friday, new()).Kind);
        Assert.Equal(StepKind.CloseCase, NextStep.Of(new(withdrawn with { NoticesOwed = [] }), A.Friday, new()).Kind);
    }

    public static TheoryData<PenaltyCase, CaseEvent[], CaseEvent> WhatIsSoonNoLongerSo => new()
    {
        // A case that owes one notice, what leaves it true, and what ends it.
        { Unclear, [new FeedbackPromised()], new FilingRefused("manager-1", "r") },
        { Plain.After(new HandedToManager(HandoverReason.Requested)), [new BlockDeclined()], new HandoverSettled("manager-1", "r") },
        { A.Callback(), [new CallbackUnanswered("m", "r")], new CallbackDone("m", "r") },
        { Plain.After(new ReContacted(AskedWhen: false)), [new BlockDeclined()], new ReContacted(AskedWhen: true) },
        { Told(Unclear).After(new ManagerReminded(ReminderKind.Waiting, 1)), [new BlockDeclined()], new ManagerReminded(ReminderKind.Waiting, 2) },
        { Told(Unclear).After(new ManagerReminded(ReminderKind.Waiting, 1)), [new BlockDeclined()], new FilingRefused("manager-1", "r") },
        { Told(Unclear).After(new ManagerReminded(ReminderKind.Escalated, 1)), [new ReContacted(AskedWhen: false)], new FilingApproved("manager-1", "r") },
        { A.Case().After(new FeedbackPromised(), new ManagerReminded(ReminderKind.AnswerOverdue, 1, new(2026, 9, 21))), [new HandedToManager(HandoverReason.MessageFailed)], new ManagerAnswered("manager-1", "r") },
    };

    [Theory]
    [MemberData(nameof(WhatIsSoonNoLongerSo))]
    public void What_is_no_longer_so_when_it_could_be_sent_is_not_sent(PenaltyCase owing, CaseEvent[] meanwhile, CaseEvent ends)
    {
        var notice = Assert.Single(owing.NoticesOwed);
        var later = owing.After(meanwhile);
        Assert.True(Notices.Holds(owing, notice) && Notices.Holds(later, notice));
        Assert.False(Notices.Holds(later.After(ends), notice));
    }

    [Fact]
    public void An_escalation_stays_so_beside_another_matter_and_what_is_urgent_for_ever()
    {
        var escalated = Told(Unclear).After(new ManagerReminded(ReminderKind.Escalated, 1));
        Assert.True(Notices.Holds(escalated.After(new HandedToManager(HandoverReason.Requested, "agent-1")), escalated.NoticesOwed[0]));
        Assert.True(Notices.Holds(Drunk.After(new ComplaintWithdrawn("agent-1", "r")), Drunk.NoticesOwed[0]));
    }

    private static PenaltyCase Told(PenaltyCase current) => current.After(new ManagersTold(current.NoticesOwed[0], Centre.Koc, "18"));
}
