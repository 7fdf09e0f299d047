using Penalties.Rules;

namespace Rules.Tests;

public sealed class BlockConsentTests
{
    private static readonly DateTimeOffset Said = A.Friday.AddHours(-1);
    private static readonly DateTimeOffset Later = Said.AddMinutes(10);

    private static readonly PenaltyCase Agreed = A.Case().After(new BlockAgreed(Said));
    private static readonly PenaltyCase Begun = Agreed.After(new BlockCommandStarted(1));
    private static readonly PenaltyCase Sent = Begun.After(new BlockRequested(1));
    private static readonly PenaltyCase Confirmed = Sent.After(new BlockConfirmed(A.Friday, 1));

    private static readonly Claims Warned = Claims.Penalty | Claims.Caution;

    [Fact]
    public void Taken_back_before_the_command_none_goes_out_and_a_later_yes_is_a_new_command()
    {
        var told = BlockConsent.Told(isAgreed: false, Agreed, Later, isAskedAnew: false);
        Assert.Equal([new BlockWithdrawn(Later)], told);

        var withdrawn = Agreed.After([.. told]);
        Assert.Equal((BlockState.Declined, false, Later), (withdrawn.Block, withdrawn.BlockCommandOwed, withdrawn.BlockToldAt));
        Assert.Equal(Answer.WithoutBlock, AnswerRule.Choose(Warned, withdrawn.BlockToTell));
        Assert.Equal(StepKind.CloseCase, Next(withdrawn).Kind);
        Assert.NotNull(Transitions.Apply(withdrawn, new BlockCommandStarted(1), A.Friday).Refusal);
        Assert.NotNull(Transitions.Apply(withdrawn, new BlockConfirmed(A.Friday, 1), A.Friday).Refusal);

        var anew = withdrawn.After([.. BlockConsent.Told(isAgreed: true, withdrawn, Later.AddMinutes(1), isAskedAnew: false)]);
        Assert.Equal((BlockState.Pending, true, false, 1), (anew.Block, anew.BlockCommandOwed, anew.BlockCommandStarted, anew.BlockCommand));
    }

    [Fact]
    public void At_the_moment_of_sending_it_counts_as_sent_and_nothing_is_sent_any_more()
    {
        var told = BlockConsent.TakenBack(Begun, Later, "text|1");
        Assert.Equal([new BlockFailed(BlockConsent.TakenBackCode), new UnblockWanted(Later, "text|1")], told);
        Assert.NotNull(Transitions.Apply(Begun, new BlockWithdrawn(), A.Friday).Refusal);

        var stopped = Begun.After([.. told]);
        Assert.Equal((BlockState.Failed, false), (stopped.Block, stopped.BlockCommandOwed));
        Assert.Equal(HandoverReason.ConsentTakenBack, Matter(stopped));
        Assert.NotNull(Transitions.Apply(stopped, new BlockRequested(1), A.Friday).Refusal);

        // It was sent all the same.
        var blocked = stopped.After(new BlockConfirmed(A.Friday, 1));
        Assert.Equal((BlockState.Confirmed, HandoverReason.ConsentTakenBack), (blocked.Block, Matter(blocked)));

        // One matter: whether the block failed is no question of its own.
        Assert.Null(Matter(stopped.After(new HandedToManager(HandoverReason.ConsentTakenBack))));
    }

    [Fact]
    public void A_command_that_follows_a_failed_one_cannot_be_held_back_as_if_nothing_had_been()
    {
        var again = Sent.After(new BlockFailed("dead_letter_attempts_exhausted", 1), new BlockAgreed(Later));
        Assert.True(again is { IsBlockCommandHeld: true, BlockMayHold: true });
        Assert.Equal([new BlockFailed(BlockConsent.TakenBackCode), new UnblockWanted(Later)], BlockConsent.TakenBack(again, Later));
        Assert.NotNull(Transitions.Apply(again, new BlockWithdrawn(), A.Friday).Refusal);
        Assert.False(Agreed.After(new BlockWithdrawn(), new BlockAgreed()).BlockMayHold);
    }

    [Fact]
    public void Taken_back_after_the_command_a_manager_is_asked_once_the_block_is_known_and_no_answer_speaks_of_it()
    {
        Assert.Equal([new UnblockWanted(Later)], BlockConsent.Told(isAgreed: false, Sent, Later, isAskedAnew: false));
        var pending = Sent.After(new UnblockWanted(Later));
        Assert.Null(Matter(pending));
        Assert.Equal(Answer.WithoutBlock, AnswerRule.Choose(Warned, pending.BlockToTell));

        var unwanted = pending.After(new BlockConfirmed(A.Friday, 1));
        Assert.Equal((BlockState.Confirmed, HandoverReason.ConsentTakenBack), (unwanted.Block, Matter(unwanted)));
        Assert.Equal(Answer.WithoutBlock, AnswerRule.Choose(Warned, unwanted.BlockToTell));
        Assert.Equal(Warned, AnswerRule.Proven(Warned, unwanted.BlockToTell));

        var asked = unwanted.After(new HandedToManager(HandoverReason.ConsentTakenBack));
        Assert.Null(Matter(asked));
        Assert.Equal(BlockState.Lifting, asked.After(new UnblockOrdered("manager-1", "r")).BlockToTell);

        // A manager who leaves the block as it is does not make the customer want it.
        Assert.Equal(BlockState.Lifting, asked.After(new HandoverSettled("manager-1", "r")).BlockToTell);
        Assert.Null(Matter(unwanted.After(new UnblockOrdered("manager-1", "r"))));
        Assert.Equal(Answer.WithoutBlock, AnswerRule.Choose(Warned, asked.After(new UnblockOrdered("m", "r"), new UnblockFailed("refused")).BlockToTell));
    }

    [Fact]
    public void The_block_wanted_after_all_is_spoken_of_again()
    {
        var unwanted = Confirmed.After(new UnblockWanted(Later));
        var at = Later.AddMinutes(1);
        Assert.Equal([new BlockConsentRenewed(at)], BlockConsent.Told(isAgreed: true, unwanted, at, isAskedAnew: false));
        var wanted = unwanted.After(new BlockConsentRenewed(at));
        Assert.Equal((BlockState.Confirmed, false, at), (wanted.BlockToTell, wanted.ConsentTakenBackOpen, wanted.BlockToldAt));
        Assert.Null(Matter(wanted));
        Assert.Equal(RefusalKind.AlreadyInTargetState, Transitions.Apply(wanted, new BlockConsentRenewed(), A.Friday).Refusal!.Kind);

        Assert.IsType<BlockConsentRenewed>(BlockConsent.Given(unwanted));
        Assert.IsType<BlockAgreed>(BlockConsent.Given(Confirmed));
        var failed = Sent.After(new UnblockWanted(Later), new BlockFailed("c", 1));
        Assert.IsType<BlockAgreed>(BlockConsent.Given(failed));
        Assert.Equal([new BlockAgreed(at.AddDays(1))], BlockConsent.Told(isAgreed: true, failed, at.AddDays(1), isAskedAnew: false));
        Assert.False(failed.After(new BlockAgreed()).ConsentTakenBack);
    }

    [Fact]
    public void The_word_spoken_last_holds_and_at_one_instant_the_agreement()
    {
        foreach (var known in new[] { Agreed, Begun, Sent, Confirmed })
        {
            Assert.Empty(BlockConsent.Told(isAgreed: false, known, Said.AddMinutes(-1), isAskedAnew: false));
            Assert.Empty(BlockConsent.Told(isAgreed: false, known, Said, isAskedAnew: false));
            Assert.Empty(BlockConsent.Told(isAgreed: true, known, Later, isAskedAnew: true));
        }

        var declined = A.Case().After(new BlockDeclined(Said));
        Assert.Empty(BlockConsent.Told(isAgreed: true, declined, Said.AddMinutes(-1), isAskedAnew: false));
        Assert.Equal([new BlockAgreed(Said)], BlockConsent.Told(isAgreed: true, declined, Said, isAskedAnew: false));
        Assert.Empty(BlockConsent.Told(isAgreed: false, declined, Later, isAskedAnew: false));
        Assert.Empty(BlockConsent.Told(isAgreed: false, Confirmed.After(new UnblockWanted(Later)), Later.AddMinutes(1), isAskedAnew: false));
        Assert.Equal([new BlockAgreed(Said)], BlockConsent.Told(isAgreed: true, known: null, Said, isAskedAnew: false));
        Assert.Equal([new BlockDeclined(Said)], BlockConsent.Told(isAgreed: false, A.Case(), Said, isAskedAnew: false));
        Assert.Equal((A.Friday.AddMinutes(1), A.Friday.AddMinutes(1)), (A.Case().After(new BlockAgreed()).BlockToldAt, A.Case().After(new BlockDeclined()).BlockToldAt));
    }

    [Fact]
    public void A_ticket_saved_again_with_the_word_it_told_before_is_no_new_word_of_the_customer()
    {
        var byPerson = Confirmed.After(new UnblockWanted());
        Assert.Equal((true, true), (byPerson.BlockTold, byPerson.ConsentTakenBack));
        var at = byPerson.BlockToldAt!.Value.AddMinutes(5);
        Assert.Empty(BlockConsent.Told(isAgreed: true, byPerson, at, isAskedAnew: false));
        Assert.Equal([new BlockConsentRenewed(at)], BlockConsent.Told(isAgreed: true, byPerson, at, isAskedAnew: true));

        var agreedAfterAll = A.Case().After(new BlockDeclined(Said), new BlockAgreed());
        Assert.Empty(BlockConsent.Told(isAgreed: false, agreedAfterAll, at, isAskedAnew: false));
        Assert.False(Confirmed.After(new UnblockWanted(Later)).BlockTold);
        Assert.True(Confirmed.After(new UnblockWanted(Later), new BlockConsentRenewed(at)).BlockTold);
        Assert.False(Agreed.After(new BlockWithdrawn(Later)).BlockTold);
        Assert.True(Agreed.After(new BlockWithdrawn()).BlockTold);
    }

    [Fact]
    public void Only_another_ticket_asks_anew_for_what_failed_or_was_lifted_and_nothing_is_taken_back_of_it()
    {
        var failed = Sent.After(new BlockFailed("c", 1));
        var lifting = Confirmed.After(new UnblockOrdered("m", "r"));
        var lifted = lifting.After(new UnblockRequested(2), new BlockLifted(A.Friday, 2));
        foreach (var known in new[] { failed, lifted })
        {
            Assert.Empty(BlockConsent.Told(isAgreed: true, known, Later, isAskedAnew: false));
            Assert.Equal([new BlockAgreed(Later)], BlockConsent.Told(isAgreed: true, known, Later, isAskedAnew: true));
        }

        Assert.Equal([new UnblockWanted(Later)], BlockConsent.Told(isAgreed: false, failed, Later, isAskedAnew: false));
        Assert.Empty(BlockConsent.Told(isAgreed: false, lifted, Later, isAskedAnew: false));
        Assert.Empty(BlockConsent.Told(isAgreed: false, lifting, Later, isAskedAnew: false));
        Assert.Empty(BlockConsent.Told(isAgreed: true, lifting, Later, isAskedAnew: true));
    }

    [Fact]
    public void Where_there_is_no_consent_taking_it_back_is_refused()
    {
        Assert.Equal(RefusalKind.InvalidTransition, Refused(A.Case()));
        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(A.Case().After(new BlockDeclined())));
        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(Confirmed.After(new UnblockWanted())));
        Assert.Equal(RefusalKind.InvalidTransition, Refused(Confirmed.After(new UnblockOrdered("m", "r"))));
        static RefusalKind Refused(PenaltyCase known) => Transitions.Apply(known, BlockConsent.TakenBack(known)[0], A.Friday).Refusal!.Kind;
    }

    [Fact]
    public void A_command_is_begun_once_and_only_the_owed_one()
    {
        Assert.Equal((true, false), (Agreed.IsBlockCommandHeld, Begun.IsBlockCommandHeld));
        Assert.Equal(RefusalKind.AlreadyInTargetState, Transitions.Apply(Begun, new BlockCommandStarted(1), A.Friday).Refusal!.Kind);
        Assert.NotNull(Transitions.Apply(Agreed, new BlockCommandStarted(2), A.Friday).Refusal);
        Assert.NotNull(Transitions.Apply(Sent, new BlockCommandStarted(1), A.Friday).Refusal);
        Assert.NotNull(Transitions.Apply(Confirmed.After(new UnblockOrdered("m", "r")), new BlockCommandStarted(2), A.Friday).Refusal);
    }

    [Fact]
    public void A_closed_case_opens_for_a_word_about_its_block()
    {
        var closed = Confirmed.After(new CaseClosed());
        Assert.Equal((LifeState.Open, 2), Of(closed.After(new UnblockWanted())));
        Assert.Equal((LifeState.Open, 2), Of(Confirmed.After(new UnblockWanted(), new CaseClosed(), new BlockConsentRenewed())));
        Assert.Equal((LifeState.Open, 2), Of(Agreed.After(new CaseClosed(), new BlockWithdrawn())));
        static (LifeState, int) Of(PenaltyCase current) => (current.Life, current.Run);
    }

    private static HandoverReason? Matter(PenaltyCase current) => Next(current).Reason;

    private static Step Next(PenaltyCase current) =>
        NextStep.Of(new(current with { NotesOwed = [], CommentsOwed = [], NoticesOwed = [], Board = BoardState.Posted, PostId = "17" }), A.Friday.AddHours(1), new());
}
