using Penalties.Rules;

namespace Rules.Tests;

public sealed class NextStepTests
{
    private const Claims PenaltyAndCaution = Claims.Penalty | Claims.Caution;

    private static readonly CasePolicy Policy = new() { Spread = TimeSpan.Zero };
    private static readonly DateTimeOffset Due = A.Kst("2026-09-21 09:00");

    private static readonly CaseEvent[] UpToPromise =
        [new BlockAgreed(), new FeedbackPromised(), new BlockRequested(1), new BoardPostStarted(), new BoardPosted("17"), new BlockConfirmed(A.Friday)];

    private static readonly CaseEvent[] Reserved =
        [new FeedbackPromised(), new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday), new MessageReserved(1, "G1", "feedback@1", 422)];

    private static PenaltyCase Waiting => NothingOwed(A.Case().After(UpToPromise));

    [Fact]
    public void First_the_block_then_the_board_then_the_notes()
    {
        var filed = A.Case().After(new BlockAgreed(), new FeedbackPromised());
        Assert.Equal(StepKind.RequestDriverBlock, At(filed, A.Friday).Kind);

        var requested = filed.After(new BlockRequested(1));
        Assert.Equal(StepKind.PostPenaltyRequest, At(requested, A.Friday).Kind);

        var posted = requested.After(new BoardPostStarted(), new BoardPosted("17"));
        Assert.Equal(StepKind.WriteContactLog, At(posted, A.Friday).Kind);
        Assert.Equal(new(StepKind.Wait, posted.BlockAgreedAt + Policy.BlockLimit), At(NothingOwed(posted), A.Friday));
    }

    [Fact]
    public void Nothing_is_asked_or_sent_before_it_is_due_even_when_the_outcome_is_known()
    {
        var early = Waiting.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday));
        Assert.Equal(new(StepKind.Wait, Due), At(early, Due.AddMilliseconds(-1), PenaltyAndCaution));
        Assert.Equal(StepKind.SendFeedbackSms, At(early, Due, PenaltyAndCaution).Kind);
        Assert.Equal(StepKind.CheckDriverOutcome, At(Waiting, Due).Kind);
    }

    [Fact]
    public void An_outcome_known_early_is_asked_for_once_more_when_due_and_an_admin_that_is_away_delays_the_answer_by_one_recheck_at_most()
    {
        var early = Waiting.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday));
        Assert.Equal(StepKind.CheckDriverOutcome, Unchecked(early, Due, PenaltyAndCaution).Kind);

        var same = Transitions.Apply(early, new OutcomeChecked(), Due).Case!;
        Assert.Equal(StepKind.SendFeedbackSms, Unchecked(same, Due, PenaltyAndCaution).Kind);
        var other = Transitions.Apply(early, new OutcomeCorrected(OutcomeKind.NoViolation, "lead-3", A.Friday.AddHours(1)), Due).Case!;
        Assert.Equal(HandoverReason.OutcomeProvesNothing, Unchecked(other, Due, Claims.None).Reason);

        var away = Transitions.Apply(early, new StepFailed(StepKind.CheckDriverOutcome), Due).Case!;
        Assert.Equal(new(StepKind.Wait, Due.AddSeconds(5)), Unchecked(away, Due, PenaltyAndCaution));
        Assert.Equal(StepKind.SendFeedbackSms, Unchecked(away, Due + Policy.OutcomeRecheck, PenaltyAndCaution).Kind);
    }

    [Fact]
    public void An_outcome_not_concluded_is_asked_for_every_four_hours_inside_the_window_and_after_a_week_is_a_managers()
    {
        var asked = NothingOwed(Transitions.Apply(Waiting, new OutcomePending(), Due).Case!);
        Assert.Equal(new(StepKind.Wait, A.Kst("2026-09-21 13:00")), At(asked, Due));

        var evening = NothingOwed(Transitions.Apply(asked, new OutcomePending(), A.Kst("2026-09-21 17:00")).Case!);
        Assert.Equal(new(StepKind.Wait, A.Kst("2026-09-22 09:00")), At(evening, A.Kst("2026-09-21 17:00")));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.OutcomeNotConcluded), At(evening, Due.AddDays(7)));
    }

    [Fact]
    public void The_board_hears_once_a_day_that_the_outcome_is_missing()
    {
        var first = Transitions.Apply(Waiting, new OutcomePending(), Due).Case!;
        var sameDay = Transitions.Apply(first, new OutcomePending(), Due.AddHours(4)).Case!;
        var nextDay = Transitions.Apply(sameDay, new OutcomePending(), Due.AddDays(1)).Case!;

        Assert.Equal(1, Comments(first));
        Assert.Equal(1, Comments(sameDay));
        Assert.Equal(2, Comments(nextDay));
        static int Comments(PenaltyCase current) => current.CommentsOwed.Count(comment => comment.Kind is TextKind.OutcomePending);
    }

    [Fact]
    public void A_text_waits_for_the_window()
    {
        var concluded = Waiting.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday));
        Assert.Equal(new(StepKind.Wait, A.Kst("2026-09-22 09:00")), At(concluded, A.Kst("2026-09-21 20:00"), PenaltyAndCaution));
    }

    [Fact]
    public void A_block_that_is_pending_at_the_due_date_is_waited_for_until_its_limit()
    {
        var agreedLate = NothingOwed(Transitions.Apply(
            A.Case().After(new FeedbackPromised(), new BoardPostStarted(), new BoardPosted("17"), new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday)),
            new BlockAgreed(), Due.AddHours(-1)).Case!.After(new BlockRequested(1)));

        Assert.Equal(new(StepKind.Wait, Due.AddHours(23)), At(agreedLate, Due, PenaltyAndCaution));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.BlockNotConfirmed), At(agreedLate, Due.AddHours(23), PenaltyAndCaution));
    }

    [Theory]
    [InlineData(Claims.None)]
    [InlineData(Claims.Penalty)]
    [InlineData(Claims.Caution)]
    public void What_does_not_prove_all_that_a_text_says_goes_to_a_manager(Claims proves)
    {
        var concluded = Waiting.After(new OutcomeConcluded(OutcomeKind.Monitoring, "lead-3", A.Friday));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.OutcomeProvesNothing), At(concluded, Due, proves));
    }

    [Fact]
    public void A_promise_of_a_case_whose_penalty_was_not_filed_is_a_managers_at_once()
    {
        var refused = NothingOwed(A.Case().After(new FeedbackPromised(), new FilingRefused("manager-1", "no grounds")));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.PenaltyNotFiled), At(refused, A.Friday));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.PenaltyNotFiled), At(refused, Due));
    }

    [Fact]
    public void A_sent_message_is_looked_up_at_growing_distances_and_never_sent_again()
    {
        var sent = Transitions.Apply(
            Waiting.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday), new MessageReserved(1, "G1", "feedback@1", 422)),
            new MessageSent(1), Due).Case!;
        Assert.Equal(new(StepKind.Wait, Due.AddMinutes(1)), At(sent, Due, PenaltyAndCaution));
        Assert.Equal(StepKind.CheckSmsDelivery, At(sent, Due.AddMinutes(1), PenaltyAndCaution).Kind);

        var looked = Transitions.Apply(sent, new DeliveryChecked(1), Due.AddMinutes(30)).Case!;
        Assert.Equal(new(StepKind.Wait, Due.AddMinutes(60)), At(looked, Due.AddMinutes(30), PenaltyAndCaution));

        var unknown = sent.After(new MessageUnknown(1));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.MessageUnknown), At(unknown, Due.AddDays(4), PenaltyAndCaution));
    }

    [Fact]
    public void A_case_without_promise_or_pending_block_closes_and_a_closed_one_ends()
    {
        var done = NothingOwed(A.Case().After(new BlockDeclined(), new BoardPostStarted(), new BoardPosted("17")));
        Assert.Equal(StepKind.CloseCase, At(done, A.Friday).Kind);
        Assert.Equal(StepKind.End, At(done.After(new CaseClosed()), A.Friday).Kind);
    }

    [Fact]
    public void While_a_manager_is_asked_nothing_is_sent_and_the_answer_of_the_manager_closes_the_case()
    {
        var asked = NothingOwed(Waiting.After(
            new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday), new HandedToManager(HandoverReason.MessageFailed)));
        Assert.Equal(new(StepKind.Wait), At(asked, Due.AddDays(1), PenaltyAndCaution));

        var answered = NothingOwed(asked.After(new ManagerAnswered("manager-1", "called the customer")));
        Assert.Equal(StepKind.CloseCase, At(answered, Due.AddDays(1), PenaltyAndCaution).Kind);
    }

    [Fact]
    public void A_failed_block_makes_the_promised_answer_a_managers_who_may_give_it_back()
    {
        var failed = NothingOwed(A.Case().After(
            new BlockAgreed(), new FeedbackPromised(), new BlockRequested(1), new BoardPostStarted(), new BoardPosted("17"), new BlockFailed("driver_not_found")));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.AnswerNeedsBlock), At(failed, A.Friday));

        var settled = NothingOwed(failed.After(new HandedToManager(HandoverReason.AnswerNeedsBlock), new HandoverSettled("manager-2", "r")));
        Assert.Equal(PromiseState.Promised, settled.Promise);
        Assert.Equal(new(StepKind.Wait, Due), At(settled, A.Friday));

        var concluded = settled.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.AnswerNeedsBlock), At(concluded, Due, PenaltyAndCaution));
    }

    [Fact]
    public void A_promise_whose_case_is_not_decided_when_due_is_a_managers()
    {
        var unclear = NothingOwed(A.Case(A.Complaint with { Unclear = true }).After(new FeedbackPromised()));
        Assert.Equal(new(StepKind.Wait, Due), At(unclear, A.Friday));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.NotDecided), At(unclear, Due));
    }

    [Fact]
    public void A_block_agreed_after_a_settled_matter_is_waited_for()
    {
        var before = NothingOwed(A.Case().After(
            new FeedbackPromised(), new BoardPostStarted(), new BoardPosted("17"), new HandedToManager(HandoverReason.OutcomeNotConcluded),
            new ManagerAnswered("manager-2", "r")));
        var agreed = NothingOwed(before.After(new CaseClosed(), new BlockAgreed(), new BlockRequested(1)));
        Assert.Equal(new(StepKind.Wait, agreed.BlockAgreedAt + Policy.BlockLimit), At(agreed, A.Friday));
    }

    [Fact]
    public void An_outcome_corrected_after_the_message_is_a_managers_and_before_it_decides()
    {
        var concluded = Waiting.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday));
        var corrected = concluded.After(new OutcomeCorrected(OutcomeKind.NoViolation, "lead-3", A.Friday.AddHours(1)));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.OutcomeProvesNothing), At(corrected, Due, Claims.None));

        var sent = NothingOwed(concluded.After(
            new MessageReserved(1, "G1", "feedback@1", 422), new MessageSent(1), new MessageDelivered(1), new CaseClosed(),
            new OutcomeCorrected(OutcomeKind.NoViolation, "lead-3", A.Friday.AddHours(1))));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.OutcomeCorrected), At(sent, Due, Claims.None));
        Assert.NotNull(Transitions.Apply(sent, new OutcomeCorrected(OutcomeKind.Warning, "lead-3", A.Friday), Due).Refusal);
    }

    [Fact]
    public void A_step_that_failed_is_left_out_until_it_is_tried_again_at_growing_distances()
    {
        var filed = A.Case().After(new FeedbackPromised());
        var once = Transitions.Apply(filed, new StepFailed(StepKind.PostPenaltyRequest), A.Friday).Case!;
        Assert.Equal(StepKind.WriteContactLog, At(once, A.Friday).Kind);
        Assert.Equal(new(StepKind.Wait, A.Friday.AddSeconds(5)), At(NothingOwed(once), A.Friday));
        Assert.Equal(StepKind.PostPenaltyRequest, At(once, A.Friday.AddSeconds(5)).Kind);

        var often = Enumerable.Range(0, 20).Aggregate(once, (current, _) => Transitions.Apply(current, new StepFailed(StepKind.PostPenaltyRequest), A.Friday).Case!);
        Assert.Equal(new(StepKind.Wait, A.Friday.AddMinutes(30)), At(NothingOwed(often), A.Friday));
        Assert.Empty(often.After(new BoardPostStarted(), new BoardPosted("17")).Stalled);
    }

    public static TheoryData<StepKind, CaseEvent[], CaseEvent> WhatShowsThatAStepWorks => new()
    {
        { StepKind.RequestDriverBlock, [new BlockAgreed()], new BlockRequested(1) },
        { StepKind.RequestDriverBlock, [new BlockAgreed()], new BlockConfirmed(A.Friday) },
        { StepKind.RequestDriverBlock, [new BlockAgreed()], new BlockFailed("c") },
        { StepKind.RequestDriverBlock, [new BlockAgreed(), new BlockConfirmed(A.Friday), new UnblockOrdered("m", "r")], new UnblockRequested(2) },
        { StepKind.RequestDriverBlock, [new BlockAgreed(), new BlockConfirmed(A.Friday), new UnblockOrdered("m", "r")], new BlockLifted(A.Friday) },
        { StepKind.RequestDriverBlock, [new BlockAgreed(), new BlockConfirmed(A.Friday), new UnblockOrdered("m", "r")], new UnblockFailed("c") },
        { StepKind.PostPenaltyRequest, [new BoardPostStarted()], new BoardPosted("17") },
        { StepKind.WriteContactLog, [], new NotesWritten([]) },
        { StepKind.WriteContactLog, [], new TextsRefused([], "http_422") },
        { StepKind.CommentOnBoard, [new BoardPostStarted(), new BoardPosted("17")], new BoardCommented([]) },
        { StepKind.CommentOnBoard, [], new TextsRefused([], "post_gone") },
        { StepKind.FileCallback, [new CallbackWanted(CallbackCause.SupervisorAsked)], new CallbackFiled("cb-1") },
        { StepKind.CheckDriverOutcome, [], new OutcomePending() },
        { StepKind.CheckDriverOutcome, [], new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday) },
        { StepKind.CheckDriverOutcome, [new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday)], new OutcomeChecked() },
        { StepKind.CheckDriverOutcome, [new OutcomeConcluded(OutcomeKind.Warning, "l", A.Friday)], new OutcomeCorrected(OutcomeKind.Monitoring, "l", A.Friday.AddHours(1)) },
        { StepKind.SendFeedbackSms, Reserved, new MessageUnknown(1) },
        { StepKind.SettleReservation, Reserved, new MessageUnknown(1) },
        { StepKind.SendFeedbackSms, Reserved, new MessageSent(1) },
        { StepKind.SendFeedbackSms, Reserved, new MessageFailed(1, "3059") },
        { StepKind.SettleReservation, Reserved, new MessageSent(1) },
        { StepKind.SettleReservation, Reserved, new MessageFailed(1, "not_ordered") },
        { StepKind.CheckSmsDelivery, [.. Reserved, new MessageSent(1)], new DeliveryChecked(1) },
        { StepKind.CheckSmsDelivery, [.. Reserved, new MessageSent(1)], new MessageDelivered(1) },
        { StepKind.CheckSmsDelivery, [.. Reserved, new MessageSent(1)], new MessageFailed(1, "3059") },
        { StepKind.CheckSmsDelivery, [.. Reserved, new MessageSent(1)], new MessageUnknown(1) },
        { StepKind.HandToManager, [], new HandedToManager(HandoverReason.Requested) },
        { StepKind.RemindManager, [], new ManagerReminded(ReminderKind.Waiting, 1) },
        { StepKind.CloseCase, [], new CaseClosed() },
    };

    [Theory]
    [MemberData(nameof(WhatShowsThatAStepWorks))]
    public void A_step_that_works_again_is_stalled_no_more_and_nothing_else_ends_that(StepKind step, CaseEvent[] before, CaseEvent works)
    {
        var stalled = A.Case().After([.. before, new StepFailed(step)]);
        Assert.Equal(step, Assert.Single(stalled.Stalled).Step);
        Assert.Equal(step, Assert.Single(stalled.After(new ReContacted(AskedWhen: false)).Stalled).Step);
        Assert.Empty(stalled.After(works).Stalled);
    }

    [Fact]
    public void A_callback_that_is_wanted_is_filed_and_comments_wait_for_the_post()
    {
        var wanted = A.Case().After(new CallbackWanted(CallbackCause.SupervisorAsked), new ReContacted(AskedWhen: false));
        Assert.Equal(StepKind.PostPenaltyRequest, At(wanted, A.Friday).Kind);

        var posted = wanted.After(new BoardPostStarted(), new BoardPosted("17"));
        Assert.Equal(StepKind.FileCallback, At(posted, A.Friday).Kind);
        var filed = posted.After(new CallbackFiled("cb-1"));
        Assert.Equal(StepKind.WriteContactLog, At(filed, A.Friday).Kind);
        Assert.Equal(StepKind.CommentOnBoard, At(filed with { NotesOwed = [] }, A.Friday).Kind);
        Assert.Equal(StepKind.CloseCase, At(filed with { NotesOwed = [], PostId = null }, A.Friday).Kind);
    }

    [Fact]
    public void A_lifting_is_commanded_waited_for_and_after_its_limit_a_managers()
    {
        var ordered = NothingOwed(A.Case().After(
            new BoardPostStarted(), new BoardPosted("17"), new BlockAgreed(), new BlockRequested(1), new BlockConfirmed(A.Friday), new UnblockOrdered("manager-1", "r")));
        Assert.Equal(StepKind.RequestDriverBlock, At(ordered, A.Friday).Kind);

        var requested = ordered.After(new UnblockRequested(2));
        var limit = requested.UnblockOrderedAt + Policy.BlockLimit;
        Assert.Equal(new(StepKind.Wait, limit), At(requested, limit!.Value.AddTicks(-1)));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.UnblockFailed), At(requested, limit.Value));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.UnblockFailed), At(requested.After(new UnblockFailed("c")), A.Friday));
        Assert.Equal(StepKind.CloseCase, At(requested with { BlockGivenUp = true }, limit.Value).Kind);
        Assert.Equal(StepKind.CloseCase, At(NothingOwed(requested.After(new BlockLifted(A.Friday))), A.Friday).Kind);
    }

    [Fact]
    public void What_a_manager_has_to_look_at_is_handed_over_once_and_the_case_waits_for_the_manager()
    {
        var differs = NothingOwed(A.Case().After(new BoardPostStarted(), new BoardPosted("17"), new ComplaintDiffered("R-2", "D-1", "k", Violation.Other)));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.ComplaintDiffers), At(differs, A.Friday));

        var handed = NothingOwed(differs.After(new HandedToManager(HandoverReason.ComplaintDiffers)));
        Assert.Equal(new(StepKind.Wait), At(handed, A.Friday));
        Assert.Equal(StepKind.CloseCase, At(NothingOwed(handed.After(new HandoverSettled("manager-1", "r"))), A.Friday).Kind);
    }

    [Fact]
    public void Reminders_come_at_their_time_beside_everything_else()
    {
        var handed = NothingOwed(A.Case().After(new BoardPostStarted(), new BoardPosted("17"), new HandedToManager(HandoverReason.Requested)));
        var reminder = new Reminder(ReminderKind.Waiting, A.Friday.AddHours(4));
        Assert.Equal(new(StepKind.Wait, reminder.At), NextStep.Of(new(handed, Remind: reminder), A.Friday, Policy));
        Assert.Equal(StepKind.RemindManager, NextStep.Of(new(handed, Remind: reminder), reminder.At, Policy).Kind);
    }

    [Fact]
    public void While_an_appeal_is_open_nothing_is_told_until_the_limit_and_then_a_manager_answers()
    {
        var appealed = NothingOwed(Waiting.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday), new AppealFiled("manager-1", "r")));
        Assert.Equal(new(StepKind.Wait, Due.AddDays(7)), At(appealed, Due, PenaltyAndCaution));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.AppealOpen), At(appealed, Due.AddDays(7), PenaltyAndCaution));
        Assert.Equal(StepKind.SendFeedbackSms, At(NothingOwed(appealed.After(new AppealRejected("manager-1", "r"))), Due, PenaltyAndCaution).Kind);
    }

    [Fact]
    public void Paused_a_text_waits_a_quarter_of_an_hour_at_a_time_and_after_two_weeks_is_a_managers()
    {
        var concluded = Waiting.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday));
        Assert.Equal(new(StepKind.Wait, Due.AddMinutes(15)), NextStep.Of(new(concluded with { OutcomeCheckedAt = Due }, Due, PenaltyAndCaution, IsPaused: true), Due, Policy));
        Assert.Equal(StepKind.SendFeedbackSms, At(concluded, Due.AddDays(13), PenaltyAndCaution).Kind);
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.MessageNotSent), At(concluded, Due.AddDays(14), PenaltyAndCaution));
    }

    [Fact]
    public void Given_back_by_a_manager_the_program_has_its_time_once_more()
    {
        var back = Waiting with { AnswerGivenBackAt = Due.AddDays(10) };
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.OutcomeNotConcluded), At(back, Due.AddDays(17)));
        Assert.Equal(StepKind.CheckDriverOutcome, At(back, Due.AddDays(17).AddTicks(-1)).Kind);
        Assert.Equal(StepKind.CheckDriverOutcome, At(Waiting with { AnswerGivenBackAt = A.Friday }, Due.AddDays(7).AddTicks(-1)).Kind);
        Assert.Equal(StepKind.HandToManager, At(Waiting with { AnswerGivenBackAt = A.Friday }, Due.AddDays(7)).Kind);
    }

    [Fact]
    public void A_recheck_that_would_come_after_the_limit_comes_at_the_limit()
    {
        var asked = NothingOwed(Transitions.Apply(Waiting, new OutcomePending(), Due.AddDays(7).AddHours(-2)).Case!);
        Assert.Equal(new(StepKind.Wait, Due.AddDays(7)), At(asked, Due.AddDays(7).AddHours(-1)));
    }

    [Fact]
    public void A_reservation_that_is_no_longer_the_programs_to_send_is_settled_when_no_sending_step_can_be_alive()
    {
        var stopped = NothingOwed(Waiting.After(
            new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday), new MessageReserved(1, "G1", "feedback@1", 422),
            new HandedToManager(HandoverReason.AnswerTakenOver, "manager-1")));
        var safe = stopped.AnswerStoppedAt!.Value + Policy.SettleAfter;
        Assert.Equal(new(StepKind.Wait, safe), At(stopped, safe.AddTicks(-1), PenaltyAndCaution));
        Assert.Equal(StepKind.SettleReservation, At(stopped, safe, PenaltyAndCaution).Kind);

        var reserved = NothingOwed(Waiting.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday), new MessageReserved(1, "G1", "feedback@1", 422)));
        Assert.Equal(StepKind.SendFeedbackSms, At(reserved, Due, PenaltyAndCaution).Kind);
    }

    [Fact]
    public void A_sent_message_is_followed_to_its_end_whoever_answers()
    {
        var sent = NothingOwed(Waiting.After(
            new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday), new MessageReserved(1, "G1", "feedback@1", 422), new MessageSent(1),
            new HandedToManager(HandoverReason.AnswerTakenOver, "manager-1")));
        Assert.Equal(StepKind.CheckSmsDelivery, At(sent, Due, PenaltyAndCaution).Kind);
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.MessageFailed), At(NothingOwed(sent.After(new MessageFailed(1, "3059"), new HandoverSettled("m", "r"))), Due, PenaltyAndCaution));
    }

    [Theory]
    [InlineData(BlockState.Declined, StepKind.SendFeedbackSms, null)]
    [InlineData(BlockState.Lifted, StepKind.SendFeedbackSms, null)]
    [InlineData(BlockState.Confirmed, StepKind.SendFeedbackSms, null)]
    [InlineData(BlockState.Failed, StepKind.HandToManager, HandoverReason.AnswerNeedsBlock)]
    [InlineData(BlockState.Pending, StepKind.HandToManager, HandoverReason.AnswerNeedsBlock)]
    public void The_block_decides_which_true_text_there_is(BlockState block, StepKind step, HandoverReason? reason)
    {
        var concluded = NothingOwed(Waiting.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday))) with { Block = block, BlockGivenUp = true };
        Assert.Equal((step, reason), (At(concluded, Due, PenaltyAndCaution).Kind, At(concluded, Due, PenaltyAndCaution).Reason));
        Assert.Equal(HandoverReason.OutcomeProvesNothing, At(concluded with { Block = BlockState.Failed }, Due, Claims.None).Reason);
    }

    [Fact]
    public void What_has_passed_is_no_alarm()
    {
        // The step that hands the matter over is stalled, and the block's limit has passed: the next try is the alarm.
        var pending = NothingOwed(Transitions.Apply(A.Case().After(new BlockAgreed(), new BlockRequested(1), new BoardPostStarted(), new BoardPosted("17")), new StepFailed(StepKind.HandToManager), A.Friday.AddDays(2)).Case!);
        Assert.Equal(new(StepKind.Wait, A.Friday.AddDays(2).AddSeconds(5)), At(pending, A.Friday.AddDays(2)));
    }

    [Fact]
    public void A_step_is_wanted_be_it_first_or_not_and_the_end_only_when_nothing_else_is()
    {
        var filed = new CaseSnapshot(A.Case().After(new BlockAgreed()));
        Assert.True(Wants(filed, StepKind.RequestDriverBlock));
        Assert.True(Wants(filed, StepKind.PostPenaltyRequest));
        Assert.True(Wants(filed, StepKind.WriteContactLog));
        Assert.False(Wants(filed, StepKind.CommentOnBoard));
        Assert.False(Wants(filed, StepKind.CloseCase));
        Assert.False(Wants(filed, StepKind.Wait));

        var failed = new CaseSnapshot(A.Case().After(new BlockAgreed(), new BlockFailed("c")));
        Assert.True(Wants(failed, StepKind.HandToManager));
        Assert.True(Wants(failed, StepKind.HandToManager, HandoverReason.BlockNotConfirmed));
        Assert.False(Wants(failed, StepKind.HandToManager, HandoverReason.ComplaintDiffers));

        var done = NothingOwed(A.Case(A.Complaint with { Violation = Violation.CallCancellation }));
        Assert.True(Wants(new(done), StepKind.CloseCase));
        Assert.True(Wants(new(done.After(new CaseClosed())), StepKind.End));
        Assert.False(Wants(new(A.Case().After(new CaseClosed())), StepKind.PostPenaltyRequest));
    }

    [Fact]
    public void A_callback_nobody_answered_is_waited_for_and_after_the_third_try_a_manager_is_asked_once()
    {
        CaseEvent[] tries = [new CallbackUnanswered("m", "r"), new CallbackUnanswered("m", "r"), new CallbackUnanswered("m", "r")];
        Assert.Equal(new(StepKind.Wait), At(NothingOwed(A.Callback().After(tries[..2])), A.Friday));
        var third = A.Callback().After(tries);
        Assert.Equal(new(StepKind.HandToManager, Reason: HandoverReason.CallbackUnanswered), At(NothingOwed(third), A.Friday));

        var asked = third.After(new HandedToManager(HandoverReason.CallbackUnanswered));
        Assert.Equal(new(StepKind.Wait), At(NothingOwed(asked), A.Friday));
        Assert.Equal(new(StepKind.Wait), At(NothingOwed(asked.After(new HandoverSettled("m", "r"))), A.Friday));
        Assert.Equal(StepKind.CloseCase, At(NothingOwed(asked.After(new CallbackCancelled("m", "r"))), A.Friday).Kind);
    }

    [Fact]
    public void A_state_that_cannot_be_says_so()
    {
        Assert.Contains("no due date", Assert.Throws<InvalidOperationException>(() => NextStep.Of(new(Waiting), Due, Policy)).Message, StringComparison.Ordinal);
        var delivered = Waiting with { Message = MessageState.Delivered };
        Assert.Contains("delivered", Assert.Throws<InvalidOperationException>(() => At(delivered, Due)).Message, StringComparison.Ordinal);
        Assert.Contains("time", Assert.Throws<InvalidOperationException>(() => At(Waiting with { Message = MessageState.Sent }, Due)).Message, StringComparison.Ordinal);
        Assert.Contains("ordered", Assert.Throws<InvalidOperationException>(() => At(NothingOwed(A.Case(A.Complaint with { Violation = Violation.CallCancellation })) with { Block = BlockState.Pending }, Due)).Message, StringComparison.Ordinal);
    }

    private static bool Wants(CaseSnapshot snapshot, StepKind kind, HandoverReason? reason = null) => NextStep.Wants(kind, reason, snapshot, A.Friday, Policy);

    /// <summary>With an outcome, it was asked for once more when the answer was due.</summary>
    private static Step At(PenaltyCase current, DateTimeOffset now, Claims? proves = null) =>
        Unchecked(proves is not null && now >= Due ? current with { OutcomeCheckedAt = Due } : current, now, proves);

    private static Step Unchecked(PenaltyCase current, DateTimeOffset now, Claims? proves) =>
        NextStep.Of(new(current, current.PromisedAt is null ? null : Due, proves), now, Policy);

    private static PenaltyCase NothingOwed(PenaltyCase current) => current with { NotesOwed = [], CommentsOwed = [] };
}
