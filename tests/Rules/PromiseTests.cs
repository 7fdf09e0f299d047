using Penalties.Rules;

namespace Rules.Tests;

public sealed class PromiseTests
{
    private static readonly PenaltyCase Promised = A.Case().After(new FeedbackPromised(A.Friday.AddHours(-1)));
    private static readonly PenaltyCase Concluded = Promised.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday));
    private static readonly PenaltyCase Reserved = Concluded.After(new MessageReserved(1, "G1", "feedback@1", 422, new(2026, 9, 18)));

    [Fact]
    public void Stages_one_and_two_are_recorded_once_each_and_there_is_no_fourth()
    {
        var asked = A.Case().After(new FeedbackAsked(1), new FeedbackAsked(2));
        Assert.Equal((2, PromiseState.None), (asked.FeedbackStage, asked.Promise));
        Assert.Equal(new(RefusalKind.AlreadyInTargetState, "feedback stage", "2", nameof(FeedbackAsked)), Refused(asked, new FeedbackAsked(2)));
        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(asked, new FeedbackAsked(1)).Kind);
        Assert.Equal(new(RefusalKind.InvalidTransition, "feedback stage", "2", "FeedbackAsked 3"), Refused(asked, new FeedbackAsked(3)));
    }

    [Fact]
    public void Money_is_refused_once_and_at_the_second_time_there_is_no_third()
    {
        var asked = A.Case().After(new CompensationAsked(1), new CompensationAsked(2));
        Assert.Equal(2, asked.CompensationStage);
        Assert.Equal(new(RefusalKind.AlreadyInTargetState, "compensation stage", "2", nameof(CompensationAsked)), Refused(asked, new CompensationAsked(1)));
        Assert.Equal(new(RefusalKind.InvalidTransition, "compensation stage", "0", "CompensationAsked 3"), Refused(A.Case(), new CompensationAsked(3)));
    }

    [Fact]
    public void The_promise_runs_from_when_the_customer_asked_and_an_earlier_time_told_later_holds()
    {
        Assert.Equal(A.Friday.AddHours(-1), Promised.PromisedAt);
        Assert.Equal(A.Friday.AddMinutes(1), A.Case().After(new FeedbackPromised()).PromisedAt);
        Assert.Equal(A.Friday.AddHours(-2), Promised.After(new PromiseDated(A.Friday.AddHours(-2))).PromisedAt);
        Assert.Equal("feedback promise", Refused(Promised, new PromiseDated(A.Friday.AddHours(-1))).Facet);
        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(Promised, new PromiseDated(A.Friday)).Kind);
    }

    [Fact]
    public void A_recontact_counts_and_moves_the_day_that_is_told_only_where_the_customer_asked_when()
    {
        var once = Promised.After(new ReContacted(AskedWhen: true));
        var twice = Transitions.Apply(once, new ReContacted(AskedWhen: false), A.Friday.AddHours(5)).Case!;
        Assert.Equal((1, 2), (once.ReContacts, twice.ReContacts));
        Assert.NotNull(once.AskedWhenAt);
        Assert.Equal(once.AskedWhenAt, twice.AskedWhenAt);
    }

    [Theory]
    [InlineData(false, ReContactSituation.WithManager)]
    [InlineData(true, ReContactSituation.WithManagerAskedWhen)]
    public void Nobody_is_told_of_a_measure_that_nobody_may_take(bool askedWhen, ReContactSituation expected)
    {
        var unclear = A.Case(A.Complaint with { Unclear = true }).After(new FeedbackPromised());

        Assert.Equal(expected, ReContactSituations.Of(Promised, askedWhen, Claims.Nothing));
        Assert.Equal(expected, ReContactSituations.Of(Promised.After(new HandedToManager(HandoverReason.AnswerTakenOver, "m")), askedWhen));
        Assert.Equal(expected, ReContactSituations.Of(unclear.After(new FilingRefused("m", "r")), askedWhen));
        Assert.Equal(ReContactSituation.Recorded, ReContactSituations.Of(A.Case(), askedWhen, Claims.Nothing));
    }

    [Theory]
    [InlineData(false, false, ReContactSituation.Recorded)]
    [InlineData(true, false, ReContactSituation.InProgress)]
    [InlineData(true, true, ReContactSituation.AskedWhen)]
    public void Who_asks_again_hears_what_is_true(bool promised, bool askedWhen, ReContactSituation expected)
    {
        var current = promised ? Promised : A.Case();
        Assert.Equal(expected, ReContactSituations.Of(current, askedWhen));
        Assert.Equal(expected, ReContactSituations.Of(current, askedWhen, Claims.PenaltyAndCaution));
        Assert.Equal(ReContactSituation.Withdrawn, ReContactSituations.Of(current.After(new ComplaintWithdrawn("a", "r")), askedWhen));
        Assert.Equal(ReContactSituation.Answered, ReContactSituations.Of(Reserved.After(new MessageSent(1), new MessageDelivered(1)), askedWhen));
    }

    [Fact]
    public void A_message_is_reserved_only_towards_an_answer_the_program_owes()
    {
        Assert.Equal(1, Reserved.MessageAttempt);
        Assert.Equal(("G1", "feedback@1", new DateOnly(2026, 9, 18)), (Reserved.MessageReference, Reserved.MessageTemplate, Reserved.MessageDate));
        Assert.Equal("message", Refused(Promised, new MessageReserved(1, "G1", "feedback@1", 422)).Facet);
        Assert.Equal("message", Refused(A.Case().After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday)), new MessageReserved(1, "G1", "feedback@1", 422)).Facet);
        Assert.Equal("message", Refused(Concluded.After(new HandedToManager(HandoverReason.AnswerTakenOver)), new MessageReserved(1, "G1", "feedback@1", 422)).Facet);
        Assert.Equal(RefusalKind.InvalidTransition, Refused(Concluded, new MessageReserved(2, "G1", "feedback@1", 422)).Kind);
    }

    [Fact]
    public void What_is_told_of_another_attempt_is_refused()
    {
        var sent = Reserved.After(new MessageSent(1));
        Assert.Equal(new(RefusalKind.InvalidTransition, "message", "Reserved, attempt 1", "MessageSent 2"), Refused(Reserved, new MessageSent(2)));
        CaseEvent[] ofAnother = [new MessageDelivered(2), new MessageFailed(2, "3059"), new MessageUnknown(2), new DeliveryChecked(2)];
        Assert.All(ofAnother, told => Assert.Equal("message", Refused(sent, told).Facet));
        Assert.Equal((A.Friday.AddMinutes(1), null), (sent.MessageSentAt, sent.DeliveryCheckedAt));
        Assert.Equal(A.Friday.AddMinutes(1), sent.After(new DeliveryChecked(1)).DeliveryCheckedAt);
    }

    [Fact]
    public void Only_a_failed_message_is_followed_by_another_and_only_by_a_manager()
    {
        var failed = Reserved.After(new MessageSent(1), new DeliveryChecked(1), new MessageFailed(1, "3059"), new HandedToManager(HandoverReason.MessageFailed));
        Assert.Equal((true, false), (failed.AnswerWithManager, failed.AnswerWanted));

        var ordered = failed.After(new MessageResendOrdered("manager-1", "r"));
        Assert.Equal((MessageState.None, null, null, null), (ordered.Message, ordered.MessageReference, ordered.MessageTemplate, ordered.MessageDate));
        Assert.Equal((true, HandoverState.Settled, A.Friday.AddMinutes(1)), (ordered.AnswerWanted, ordered.Handover, ordered.AnswerGivenBackAt));

        var again = ordered.After(new MessageReserved(2, "G2", "feedback@1", 422));
        Assert.Equal((2, null, null), (again.MessageAttempt, again.MessageSentAt, again.DeliveryCheckedAt));
        Assert.Equal(RefusalKind.InvalidTransition, Refused(again, new MessageDelivered(1)).Kind);
        Assert.NotNull(Refused(Reserved.After(new MessageSent(1), new MessageUnknown(1)), new MessageResendOrdered("m", "r")));
        Assert.NotNull(Refused(Reserved.After(new MessageSent(1)), new MessageResendOrdered("m", "r")));
        Assert.NotNull(Refused(Reserved, new MessageResendOrdered("m", "r")));
    }

    [Fact]
    public void Where_a_manager_takes_the_answer_over_the_time_is_kept_at_which_the_program_stopped()
    {
        var stopped = Reserved.After(new HandedToManager(HandoverReason.AnswerTakenOver, "manager-1"));
        Assert.Equal(A.Friday.AddMinutes(1), stopped.AnswerStoppedAt);
        Assert.Equal(stopped.AnswerStoppedAt, stopped.After(new StatementReceived("m", "t")).AnswerStoppedAt);

        var back = stopped.After(new HandoverSettled("manager-1", "r"));
        Assert.Null(back.AnswerStoppedAt);
        Assert.True(back.AnswerWanted);
        Assert.Null(A.Case().After(new HandedToManager(HandoverReason.AnswerTakenOver)).AnswerStoppedAt);
        Assert.Null(A.Case().After(new HandedToManager(HandoverReason.Requested), new HandoverSettled("m", "r")).AnswerGivenBackAt);
    }

    [Fact]
    public void A_matter_that_does_not_concern_the_answer_leaves_it_with_the_program()
    {
        var looked = Promised.After(new HandedToManager(HandoverReason.ComplaintDiffers));
        Assert.Equal((true, false), (looked.AnswerWanted, looked.AnswerWithManager));
        Assert.False(A.Case().After(new HandedToManager(HandoverReason.AnswerTakenOver)).AnswerWithManager);
        Assert.True(Promised.After(new HandedToManager(HandoverReason.AnswerTakenOver), new HandedToManager(HandoverReason.Requested)).AnswerWithManager);

        var answered = Promised.After(new HandedToManager(HandoverReason.AnswerTakenOver), new ManagerAnswered("m", "r"));
        Assert.Equal((PromiseState.Answered, false), (answered.Promise, answered.AnswerWithManager));
    }

    [Theory]
    [InlineData(HandoverReason.PenaltyNotFiled, true)]
    [InlineData(HandoverReason.NotDecided, true)]
    [InlineData(HandoverReason.OutcomeProvesNothing, true)]
    [InlineData(HandoverReason.OutcomeNotConcluded, true)]
    [InlineData(HandoverReason.AnswerNeedsBlock, true)]
    [InlineData(HandoverReason.MessageFailed, true)]
    [InlineData(HandoverReason.MessageUnknown, true)]
    [InlineData(HandoverReason.MessageNotSent, true)]
    [InlineData(HandoverReason.AppealOpen, true)]
    [InlineData(HandoverReason.AnswerTakenOver, true)]
    [InlineData(HandoverReason.BlockFoundLifted, true)]
    [InlineData(HandoverReason.BlockUnchecked, true)]
    [InlineData(HandoverReason.MatchedAgain, true)]
    [InlineData(HandoverReason.PromisedBlockLifted, false)]
    [InlineData(HandoverReason.ConsentTakenBack, false)]
    [InlineData(HandoverReason.BlockNotConfirmed, false)]
    [InlineData(HandoverReason.ComplaintDiffers, false)]
    [InlineData(HandoverReason.OutcomeCorrected, false)]
    [InlineData(HandoverReason.Requested, false)]
    [InlineData(HandoverReason.Reopened, false)]
    [InlineData(HandoverReason.UnblockFailed, false)]
    [InlineData(HandoverReason.ReContactUnclear, false)]
    public void Some_matters_make_the_answer_a_managers(HandoverReason reason, bool concerns) => Assert.Equal(concerns, reason.ConcernsAnswer());

    [Fact]
    public void A_callback_is_wanted_filed_and_wanted_again()
    {
        var wanted = A.Case().After(new FeedbackAsked(1), new CallbackWanted(CallbackCause.Compensation));
        Assert.Equal((CallbackState.Wanted, CallbackCause.Compensation, wanted.Seq), (wanted.Callback, wanted.CallbackCause, wanted.CallbackAsking));
        var again = wanted.After(new CallbackFiled("cb-1"), new CallbackWanted(CallbackCause.SupervisorAsked));
        Assert.Equal((CallbackState.Wanted, CallbackCause.SupervisorAsked, again.Seq), (again.Callback, again.CallbackCause, again.CallbackAsking));

        var done = A.Callback().After(new CallbackDone("m", "r"));
        Assert.Equal((CallbackState.Done, false), (done.Callback, done.ManagerAsked));
        Assert.True(done.After(new CallbackWanted(CallbackCause.SupervisorAsked)).ManagerAsked);
        Assert.NotNull(Refused(done, new CallbackCancelled("m", "r")));
    }

    [Fact]
    public void A_promise_without_the_stages_before_it_shows_which_were_skipped()
    {
        var (first, third) = (A.Friday.AddHours(-3), A.Friday.AddHours(-1));
        Assert.Empty(A.Case().After(new FeedbackAsked(1, AskedAt: first)).StagesSkipped);
        Assert.Equal([1, 2], A.Case().After(new FeedbackPromised(third)).StagesSkipped);
        Assert.Equal([2], A.Case().After(new FeedbackAsked(1, AskedAt: first), new FeedbackPromised(third)).StagesSkipped);
        Assert.Equal([1], A.Case().After(new FeedbackAsked(2, AskedAt: first), new FeedbackPromised(third)).StagesSkipped);
        Assert.Empty(A.Case().After(new FeedbackAsked(1), new FeedbackAsked(2), new FeedbackPromised()).StagesSkipped);

        // Told when it was too late, it was skipped all the same.
        Assert.Equal([1, 2], A.Case().After(new FeedbackAsked(1), new FeedbackAsked(2), new FeedbackPromised(third)).StagesSkipped);
    }

    [Fact]
    public void A_stage_that_is_told_later_and_came_before_is_not_skipped()
    {
        var (first, second, third) = (A.Friday.AddHours(-3), A.Friday.AddHours(-2), A.Friday.AddHours(-1));
        var promised = A.Case().After(new FeedbackPromised(third));
        var dated = promised.After(new FeedbackDated(2, second), new FeedbackDated(1, first));
        Assert.Equal((3, first, second), (dated.FeedbackStage, dated.FirstAskedAt, dated.SecondAskedAt));
        Assert.Empty(dated.StagesSkipped);
        Assert.Empty(promised.After(new FeedbackDated(1, third), new FeedbackDated(2, third)).StagesSkipped);
        Assert.Equal(first, A.Case().After(new FeedbackAsked(1), new FeedbackDated(1, first)).FirstAskedAt);

        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(promised, new FeedbackDated(1, third.AddSeconds(1))).Kind);
        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(dated, new FeedbackDated(1, first)).Kind);
        Assert.Equal(RefusalKind.InvalidTransition, Refused(promised, new FeedbackDated(3, first)).Kind);
        Assert.Equal(LifeState.Closed, promised.After(new CaseClosed(), new FeedbackDated(1, first)).Life);
        Assert.Equal(promised.NotesOwed, promised.After(new FeedbackDated(1, first)).NotesOwed);
    }

    [Fact]
    public void Which_way_the_customer_was_answered_is_known()
    {
        Assert.Null(Promised.AnsweredBy);
        var delivered = Reserved.After(new MessageSent(1), new MessageDelivered(1));
        Assert.Equal(AnswerWay.Text, delivered.AnsweredBy);
        Assert.Equal(AnswerWay.Text, delivered.After(new HandedToManager(HandoverReason.Requested), new ManagerAnswered("m", "r")).AnsweredBy);
        var taken = Promised.After(new HandedToManager(HandoverReason.AnswerTakenOver));
        Assert.Equal(AnswerWay.Telephone, taken.After(new ManagerAnswered("m", "r")).AnsweredBy);
        Assert.Equal(AnswerWay.Text, taken.After(new ManagerAnswered("m", "r", AnswerWay.Text)).AnsweredBy);

        // The text arrived before the manager's call, and was told of after it, or the other way round.
        var sent = Reserved.After(new MessageSent(1), new HandedToManager(HandoverReason.AnswerTakenOver), new ManagerAnswered("m", "r"));
        Assert.Equal((AnswerWay.Telephone, AnswerWay.Text), (sent.AnsweredBy, sent.After(new MessageDelivered(1)).AnsweredBy));
        Assert.Null(A.Case().After(new HandedToManager(HandoverReason.Requested), new ManagerAnswered("m", "r")).AnsweredBy);
    }

    [Fact]
    public void Nobody_answered_counts_the_try_and_after_the_third_only_a_manager_lets_it_be_tried_again()
    {
        var twice = A.Callback().After(new CallbackUnanswered("m", "r"), new CallbackUnanswered("m", "r"));
        Assert.Equal((CallbackState.Due, 2, false, CaseState.CallbackDue), (twice.Callback, twice.CallbackTries, twice.CallbackTriedOut, twice.State));
        Assert.Equal((CallbackState.Due, false), (A.Callback().Callback, A.Callback().CallbackTriedOut));

        var thrice = twice.After(new CallbackUnanswered("m", "r"));
        Assert.True(thrice.CallbackTriedOut);
        Assert.Equal(
            new(RefusalKind.InvalidTransition, "callback", "Due after 3 tries", nameof(CallbackUnanswered)), Refused(thrice, new CallbackUnanswered("m", "r")));
        Assert.NotNull(Refused(twice, new HandoverSettled("m", "r")));

        var asked = thrice.After(new HandedToManager(HandoverReason.CallbackUnanswered));
        Assert.Equal(CaseState.WithManager, asked.State);
        var again = asked.After(new HandoverSettled("m", "r"));
        Assert.Equal((CallbackState.Due, 0, HandoverState.Settled, CaseState.CallbackDue), (again.Callback, again.CallbackTries, again.Handover, again.State));
        Assert.Equal(1, again.After(new CallbackUnanswered("m", "r")).CallbackTries);
    }

    [Fact]
    public void A_callback_that_a_manager_ends_asks_nobody_any_more_and_the_next_asking_counts_anew()
    {
        var asked = A.Callback().After(
            new CallbackUnanswered("m", "r"), new CallbackUnanswered("m", "r"), new CallbackUnanswered("m", "r"), new HandedToManager(HandoverReason.CallbackUnanswered));
        foreach (var end in new CaseEvent[] { new CallbackDone("m", "r"), new CallbackCancelled("m", "r") })
        {
            var ended = asked.After(end);
            Assert.Equal((HandoverState.Settled, false, false), (ended.Handover, ended.ManagerAsked, ended.CallbackTriedOut));
            var wanted = ended.After(new CallbackWanted(CallbackCause.SupervisorAsked));
            Assert.Equal((CallbackState.Due, 0), (wanted.Callback, wanted.CallbackTries));
            Assert.Equal(HandoverState.Settled, wanted.After(end).Handover);
        }

        Assert.Equal(RefusalKind.InvalidTransition, Refused(A.Callback().After(new CallbackDone("m", "r")), new CallbackUnanswered("m", "r")).Kind);
        Assert.Equal(RefusalKind.InvalidTransition, Refused(A.Case(), new CallbackUnanswered("m", "r")).Kind);
    }

    [Fact]
    public void A_drivers_statement_may_follow_a_waiver_and_not_the_other_way()
    {
        var waived = A.Case().After(new StatementWaived("m", "r"));
        Assert.Equal(StatementState.Received, waived.After(new StatementReceived("m", "t")).Statement);
        Assert.Equal(RefusalKind.InvalidTransition, Refused(waived.After(new StatementReceived("m", "t")), new StatementWaived("m", "r")).Kind);
    }

    private static Refusal Refused(PenaltyCase current, CaseEvent happened) => Transitions.Apply(current, happened, A.Friday.AddHours(1)).Refusal!;
}
