using Penalties.Rules;

namespace Rules.Tests;

/// <summary>Promised on Friday 18 September 2026, 22:30, with some more days than usual until it is due.</summary>
public sealed class NoAnswerTests
{
    private const Claims Warned = Claims.Penalty | Claims.Caution;

    private static readonly CasePolicy Policy = new() { Spread = TimeSpan.Zero };
    private static readonly DateTimeOffset Due = A.Kst("2026-09-24 09:00");
    private static readonly DateTimeOffset By = A.Kst("2026-09-23 09:00");

    private static readonly PenaltyCase Promised = NothingOwed(A.Case().After(new FeedbackPromised(), new BoardPostStarted(), new BoardPosted("17")));
    private static readonly PenaltyCase Unclear = NothingOwed(A.Case(A.Complaint with { Unclear = true }).After(new FeedbackPromised()));
    private static readonly PenaltyCase NotFiled = NothingOwed(Unclear.After(new FilingRefused("m", "r")));
    private static readonly PenaltyCase Blocking = NothingOwed(Promised.After(new BlockAgreed(), new BlockRequested(1)));
    private static readonly PenaltyCase Monitored = Promised.After(new OutcomeConcluded(OutcomeKind.Monitoring, "lead-3", A.Friday));

    [Fact]
    public void What_cannot_come_is_handed_over_as_soon_as_it_is_known()
    {
        Assert.Equal(Asks(HandoverReason.PenaltyNotFiled), At(NotFiled, A.Friday));
        Assert.Equal(Asks(HandoverReason.OutcomeProvesNothing), At(Monitored, A.Friday, Claims.None));
        Assert.Equal(Asks(HandoverReason.OutcomeProvesNothing), At(Monitored, A.Friday, Claims.Penalty));
        Assert.Equal(Asks(HandoverReason.AnswerNeedsBlock), At(NothingOwed(Blocking.After(new BlockFailed("c", 1))), A.Friday));
        Assert.Equal(new(StepKind.Wait, Due), At(Promised, A.Friday));
        Assert.Equal(new(StepKind.Wait, Due), At(Monitored, A.Friday, Warned));

        // Also once it is due, and nobody knows the outcome.
        Assert.Equal(Asks(HandoverReason.AnswerNeedsBlock), At(NothingOwed(Blocking.After(new BlockFailed("c", 1))), Due));
    }

    [Fact]
    public void A_block_that_is_no_longer_wanted_and_an_outcome_under_appeal_keep_no_answer_from_coming()
    {
        Assert.Null(NoAnswer.Why(Blocking.After(new UnblockWanted(), new BlockFailed("c", 1)), Warned));
        Assert.Null(NoAnswer.Why(Monitored.After(new AppealFiled("m", "r")), Claims.None));
        Assert.Equal(HandoverReason.AnswerNeedsBlock, NoAnswer.Why(Blocking.After(new BlockFailed("c", 1), new OutcomeConcluded(OutcomeKind.Warning, "l", A.Friday), new AppealFiled("m", "r")), Warned));
    }

    [Fact]
    public void A_message_that_was_begun_decides_for_itself()
    {
        var reserved = Monitored.After(new MessageReserved(1, "G", "feedback@1", 422));
        var sent = reserved.After(new MessageSent(1));
        Assert.Null(NoAnswer.Why(reserved, Claims.None));
        Assert.Null(NoAnswer.Why(sent, Claims.None));
        Assert.Equal(HandoverReason.MessageFailed, NoAnswer.Why(sent.After(new MessageFailed(1, "3059")), Warned));
        Assert.Equal(HandoverReason.MessageUnknown, NoAnswer.Why(sent.After(new MessageUnknown(1)), Warned));
        Assert.Null(NoAnswer.Awaits(Unclear with { Message = MessageState.Sent }));
    }

    [Fact]
    public void What_waits_for_a_person_is_handed_over_on_the_last_working_day_before_the_day_told()
    {
        Assert.Equal(new(StepKind.Wait, By), At(Unclear, A.Friday));
        Assert.Equal(Asks(HandoverReason.NotDecided), At(Unclear, By));

        var givenUp = Blocking.After(new HandedToManager(HandoverReason.BlockNotConfirmed), new HandoverSettled("m", "r"));
        Assert.Equal(new(StepKind.Wait, By), At(NothingOwed(givenUp), A.Friday));
        Assert.Equal(Asks(HandoverReason.AnswerNeedsBlock), At(NothingOwed(givenUp), By));
        Assert.Null(NoAnswer.Awaits(Blocking));

        // Promised when that day had begun already: a manager has been asked to decide, and is asked to answer when it is due.
        Assert.Equal(new(StepKind.Wait, Due), NextStep.Of(new(Unclear, Due, HandOverBy: A.Friday.AddHours(-1)), A.Friday, Policy));
        Assert.Equal(new(StepKind.Wait, Due), NextStep.Of(new(Unclear, Due, HandOverBy: Due.AddDays(1)), A.Friday, Policy));
    }

    [Theory]
    [InlineData("2026-09-21", "2026-09-18 09:00")]
    [InlineData("2026-09-22", "2026-09-21 09:00")]
    [InlineData("2026-09-28", "2026-09-23 09:00")] // Chuseok, from the 24th.
    public void The_last_working_day_before_the_day_told_leaves_out_weekends_and_holidays(string told, string by) =>
        Assert.Equal(A.Kst(by), FollowUpPolicy.HandOverBy(DateOnly.Parse(told, System.Globalization.CultureInfo.InvariantCulture), Policy, A.Content.Holidays));

    [Fact]
    public void A_manager_who_gave_it_back_is_asked_once_more_on_that_day_and_again_when_it_is_due()
    {
        var back = NothingOwed(NotFiled.After(new HandedToManager(HandoverReason.PenaltyNotFiled), new HandoverSettled("m", "r")));
        Assert.Equal(new(StepKind.Wait, By), At(back, A.Friday.AddHours(1)));
        Assert.Equal(Asks(HandoverReason.PenaltyNotFiled), At(back, By));

        var late = back with { AnswerGivenBackAt = By.AddHours(1) };
        Assert.Equal(new(StepKind.Wait, Due), At(late, By.AddHours(2)));
        Assert.Equal(Asks(HandoverReason.PenaltyNotFiled), At(late, Due));

        // What was given back of an earlier promise says nothing of this one.
        Assert.Equal(Asks(HandoverReason.PenaltyNotFiled), At(back with { AnswerGivenBackAt = back.PromisedAt!.Value.AddDays(-9) }, A.Friday));
    }

    [Fact]
    public void What_is_over_before_it_is_due_is_the_programs_again_and_the_manager_hears_of_it()
    {
        var asked = NotFiled.After(new HandedToManager(HandoverReason.PenaltyNotFiled));
        Assert.False(IsOver(asked, A.Friday));
        var filed = asked.After(new FilingApproved("m", "r"));
        Assert.True(IsOver(filed, A.Friday));
        Assert.False(IsOver(filed, Due));

        var back = filed.After(new AnswerTakenBack(HandoverReason.PenaltyNotFiled));
        Assert.Equal((true, HandoverState.Settled, null), (back.AnswerWanted, back.Handover, back.HandoverReason));
        Assert.Contains(back.NotesOwed, note => note.Kind is TextKind.AnswerTakenBack);
        Assert.Contains(back.CommentsOwed, comment => comment.Kind is TextKind.AnswerTakenBack);
        Assert.False(IsOver(back, A.Friday));
        Assert.NotNull(Transitions.Apply(back, new AnswerTakenBack(HandoverReason.PenaltyNotFiled), A.Friday).Refusal);
        Assert.NotNull(Transitions.Apply(filed, new AnswerTakenBack(HandoverReason.NotDecided), A.Friday).Refusal);
        Assert.Equal(StepKind.TakeAnswerBack, NextStep.Of(new(NothingOwed(filed) with { Board = BoardState.Posted, PostId = "1" }, Due), A.Friday, Policy).Kind);
    }

    [Fact]
    public void What_a_person_took_over_and_what_another_matter_followed_stays_with_the_manager()
    {
        Assert.False(IsOver(Promised.After(new HandedToManager(HandoverReason.AnswerTakenOver, "m")), A.Friday));
        var filed = NotFiled.After(new HandedToManager(HandoverReason.PenaltyNotFiled), new HandedToManager(HandoverReason.ComplaintDiffers), new FilingApproved("m", "r"));
        Assert.False(IsOver(filed, A.Friday));

        var monitored = Monitored.After(new HandedToManager(HandoverReason.OutcomeProvesNothing));
        Assert.False(IsOver(monitored, A.Friday, Claims.None));
        Assert.True(IsOver(monitored, A.Friday, Warned));
        var undecided = Unclear.After(new HandedToManager(HandoverReason.NotDecided));
        Assert.False(IsOver(undecided, A.Friday));
        Assert.True(IsOver(undecided.After(new FilingApproved("m", "r")), A.Friday));
        Assert.False(IsOver(undecided.After(new FilingApproved("m", "r"), new ManagerAnswered("m", "r")), A.Friday));
    }

    [Fact]
    public void A_block_that_failed_is_one_matter_with_the_answer_and_without_one_a_matter_of_its_own()
    {
        var failed = NothingOwed(Blocking.After(new BlockFailed("c", 1)));
        var asked = NothingOwed(failed.After(new HandedToManager(HandoverReason.AnswerNeedsBlock)));
        Assert.True(asked.BlockGivenUp);
        Assert.Equal(StepKind.Wait, At(asked, A.Friday).Kind);
        Assert.False(Blocking.After(new HandedToManager(HandoverReason.AnswerNeedsBlock)).BlockGivenUp);

        var taken = Blocking.After(new HandedToManager(HandoverReason.AnswerTakenOver, "m"), new BlockFailed("c", 1));
        Assert.Equal(Asks(HandoverReason.BlockNotConfirmed), At(NothingOwed(taken), A.Friday));
        Assert.Equal(Asks(HandoverReason.BlockNotConfirmed), At(NothingOwed(Promised.After(new BlockAgreed()) with { Message = MessageState.Sent, MessageSentAt = Due, Block = BlockState.Failed, BlockCommandOwed = false }), A.Friday));
    }

    [Fact]
    public void Who_asks_meanwhile_is_not_told_that_an_answer_follows_by_itself()
    {
        Assert.Equal(ReContactSituation.WithManagerAskedWhen, ReContactSituations.Of(NotFiled, askedWhen: true));
        Assert.Equal(ReContactSituation.WithManager, ReContactSituations.Of(Monitored, askedWhen: false, Claims.Penalty));
        Assert.Equal(ReContactSituation.WithManager, ReContactSituations.Of(Blocking.After(new BlockFailed("c", 1)), askedWhen: false));
        Assert.Equal(ReContactSituation.InProgress, ReContactSituations.Of(Blocking, askedWhen: false));
    }

    private static bool IsOver(PenaltyCase current, DateTimeOffset now, Claims? proves = null) => NoAnswer.IsOver(new(current, Due, proves), now);

    private static Step Asks(HandoverReason reason) => new(StepKind.HandToManager, Reason: reason);

    private static Step At(PenaltyCase current, DateTimeOffset now, Claims? proves = null) => NextStep.Of(new(current, Due, proves, HandOverBy: By), now, Policy);

    private static PenaltyCase NothingOwed(PenaltyCase current) => current with { NotesOwed = [], CommentsOwed = [], NoticesOwed = [] };
}
