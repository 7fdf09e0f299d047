using Penalties.Rules;

namespace Rules.Tests;

public sealed class BlockCheckTests
{
    private static readonly CasePolicy Policy = new() { Spread = TimeSpan.Zero };
    private static readonly DateTimeOffset Due = A.Kst("2026-09-21 09:00");

    private static readonly PenaltyCase Confirmed = A.Case().After(
        new FeedbackPromised(), new BlockAgreed(), new BlockRequested(1), new BlockConfirmed(A.Friday, 1), new BoardPostStarted(), new BoardPosted("17"),
        new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday)) with
    {
        NotesOwed = [],
        CommentsOwed = [],
        OutcomeCheckedAt = Due,
    };

    [Theory]
    [InlineData(Claims.None, false)]
    [InlineData(Claims.Penalty | Claims.Caution, false)]
    [InlineData(Claims.NeverMatched, true)]
    [InlineData(Claims.Penalty | Claims.Caution | Claims.NeverMatched, true)]
    public void Only_a_text_that_says_never_matched_needs_the_block_to_be_looked_up(Claims text, bool needed) => Assert.Equal(needed, BlockCheck.IsNeeded(text));

    [Fact]
    public void A_block_that_stands_is_nothing_new_and_ends_the_wait_for_the_driver_admin()
    {
        Assert.Empty(Tells(BlockLook.Stands, Confirmed));
        var waiting = Confirmed.After(new BlockUnchecked());
        Assert.Equal([new BlockChecked()], Tells(BlockLook.Stands, waiting));
        Assert.Null(waiting.After(new BlockChecked()).BlockUncheckedSince);
    }

    [Fact]
    public void A_block_that_does_not_stand_is_lifted_for_the_case_and_the_answer_becomes_a_managers()
    {
        var told = Tells(BlockLook.DoesNotStand, Confirmed);
        Assert.Equal([new BlockFoundLifted(Due, 1), new HandedToManager(HandoverReason.BlockFoundLifted)], told);

        var lifted = Confirmed.After([.. told]);
        Assert.Equal((BlockState.Lifted, true, false), (lifted.Block, lifted.AnswerWithManager, lifted.AnswerWanted));
        Assert.Equal(Claims.Penalty, AnswerRule.Proven(Claims.Penalty, lifted.Block));
        Assert.Equal([TextKind.BlockFoundLifted, TextKind.HandedToManager], lifted.NotesOwed.Select(note => note.Kind));

        // The command that had blocked is a former one: delivered again it blocks nobody.
        Assert.Equal(2, lifted.BlockCommand);

        // Given back, the program says what is true: nothing about being matched again.
        Assert.Equal(StepKind.SendFeedbackSms, At(lifted.After(new HandoverSettled("manager-1", "r")), Due).Kind);
        Assert.Equal(Answer.WithoutBlock, AnswerRule.Choose(Claims.Penalty | Claims.Caution, lifted.Block));
        Assert.Equal((BlockState.Pending, 3), (lifted.After(new BlockAgreed()).Block, lifted.After(new BlockAgreed()).BlockCommand));
    }

    [Fact]
    public void An_answer_that_is_not_the_programs_any_more_is_handed_to_nobody_twice()
    {
        var taken = Confirmed.After(new HandedToManager(HandoverReason.AnswerTakenOver));
        Assert.Equal([new BlockFoundLifted(Due, 1)], Tells(BlockLook.DoesNotStand, taken));
    }

    [Theory]
    [InlineData(BlockLook.Stands)]
    [InlineData(BlockLook.DoesNotStand)]
    [InlineData(BlockLook.NotTold)]
    public void A_look_says_nothing_of_a_case_that_has_gone_on_meanwhile(BlockLook look)
    {
        var lifting = Confirmed.After(new UnblockOrdered("manager-1", "r"));
        var blockedAnew = lifting.After(new UnblockRequested(2), new BlockLifted(A.Friday, 2), new BlockAgreed(), new BlockRequested(3), new BlockConfirmed(A.Friday, 3));
        Assert.Empty(BlockCheck.Tells(look, Confirmed, lifting, Due));
        Assert.Empty(BlockCheck.Tells(look, Confirmed, blockedAnew, Due));
        Assert.NotNull(Transitions.Apply(blockedAnew, new BlockFoundLifted(Due, 1), Due).Refusal);
        Assert.NotNull(Transitions.Apply(lifting, new BlockFoundLifted(Due, 2), Due).Refusal);
    }

    [Fact]
    public void While_the_driver_admin_does_not_tell_nothing_is_sent_it_is_asked_again_inside_the_window_and_after_the_blocks_limit_a_manager_answers()
    {
        Assert.Equal([new BlockUnchecked()], Tells(BlockLook.NotTold, Confirmed));
        var evening = A.Kst("2026-09-21 19:50");
        var waiting = Transitions.Apply(Confirmed, new BlockUnchecked(), evening).Case!;
        Assert.Empty(BlockCheck.Tells(BlockLook.NotTold, waiting, waiting, evening.AddMinutes(1)));
        Assert.Equal(evening, Transitions.Apply(waiting, new BlockUnchecked(), evening.AddMinutes(5)).Case!.BlockUncheckedSince);

        Assert.Equal(StepKind.SendFeedbackSms, At(waiting, evening.AddMinutes(9)).Kind);
        Assert.Equal(new(StepKind.Wait, A.Kst("2026-09-22 09:00")), At(waiting, A.Kst("2026-09-21 20:00")));
        Assert.Equal(StepKind.SendFeedbackSms, At(waiting, A.Kst("2026-09-22 09:00")).Kind);
        Assert.Equal(StepKind.SendFeedbackSms, At(waiting, evening.AddDays(1).AddTicks(-1)).Kind);
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.BlockUnchecked), At(waiting, evening.AddDays(1)));
    }

    [Fact]
    public void A_limit_that_passes_in_the_night_is_waited_for_in_the_night()
    {
        var policy = Policy with { BlockLimit = TimeSpan.FromHours(2) };
        var waiting = Transitions.Apply(Confirmed, new BlockUnchecked(), A.Kst("2026-09-21 19:50")).Case!;
        Assert.Equal(new(StepKind.Wait, A.Kst("2026-09-21 21:50")), NextStep.Of(Snapshot(waiting), A.Kst("2026-09-21 20:30"), policy));
    }

    [Fact]
    public void Nobody_waits_for_the_driver_admin_any_more_once_the_block_is_lifted_the_text_is_sent_or_a_manager_gave_the_answer_back()
    {
        var waiting = Confirmed.After(new BlockUnchecked());
        Assert.Null(waiting.After(new UnblockOrdered("manager-1", "r")).BlockUncheckedSince);
        Assert.Null(waiting.After(new BlockFoundLifted(Due, 1)).BlockUncheckedSince);
        Assert.Null(waiting.After(new MessageReserved(1, "G1", "feedback@1", 422), new MessageSent(1)).BlockUncheckedSince);

        var handed = waiting.After(new HandedToManager(HandoverReason.BlockUnchecked));
        Assert.True(handed.AnswerWithManager);
        Assert.Null(handed.After(new HandoverSettled("manager-1", "r")).BlockUncheckedSince);
    }

    private static IReadOnlyList<CaseEvent> Tells(BlockLook look, PenaltyCase current) => BlockCheck.Tells(look, current, current, Due);

    private static CaseSnapshot Snapshot(PenaltyCase current) => new(current, Due, Claims.Penalty | Claims.Caution);

    private static Step At(PenaltyCase current, DateTimeOffset now) => NextStep.Of(Snapshot(current with { NotesOwed = [], CommentsOwed = [], NoticesOwed = [] }), now, Policy);
}
