using Penalties.Rules;

namespace Rules.Tests;

public sealed class BlockTests
{
    private static readonly PenaltyCase Agreed = A.Case().After(new BlockAgreed());
    private static readonly PenaltyCase Confirmed = Agreed.After(new BlockRequested(1), new BlockConfirmed(A.Friday, 1));
    private static readonly PenaltyCase Lifting = Confirmed.After(new UnblockOrdered("manager-1", "r"));

    [Fact]
    public void A_command_is_owed_until_the_queue_has_it_and_each_has_the_next_number()
    {
        Assert.Equal((true, 0, 1), (Agreed.BlockCommandOwed, Agreed.BlockAttempt, Agreed.BlockCommand));
        Assert.Equal((false, 1, 1), (Confirmed.BlockCommandOwed, Confirmed.BlockAttempt, Confirmed.BlockCommand));
        Assert.Equal((true, 1, 2), (Lifting.BlockCommandOwed, Lifting.BlockAttempt, Lifting.BlockCommand));

        var lifted = Lifting.After(new UnblockRequested(2), new BlockLifted(A.Friday, 2));
        Assert.Equal((BlockState.Lifted, 2), (lifted.Block, lifted.BlockAttempt));
        Assert.Equal((BlockState.Pending, 3), (lifted.After(new BlockAgreed()).Block, lifted.After(new BlockAgreed()).BlockCommand));
    }

    [Fact]
    public void A_result_may_overtake_the_record_that_its_command_was_sent()
    {
        Assert.Equal((BlockState.Confirmed, 1, false), Of(Agreed.After(new BlockConfirmed(A.Friday, 1))));
        Assert.Equal((BlockState.Failed, 1, false), Of(Agreed.After(new BlockFailed("driver_not_found", 1))));
        Assert.Equal((BlockState.Lifted, 2, false), Of(Lifting.After(new BlockLifted(A.Friday, 2))));
        Assert.Equal((BlockState.Failed, 2, false), Of(Lifting.After(new UnblockFailed("refused", 2))));
        Assert.Equal(RefusalKind.AlreadyInTargetState, Refused(Agreed.After(new BlockRequested(1)), new BlockRequested(1)).Kind);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_result_of_another_command_says_nothing_about_the_present_one(int attempt)
    {
        Assert.Equal(RefusalKind.InvalidTransition, Refused(Agreed, new BlockConfirmed(A.Friday, attempt)).Kind);
        Assert.Equal(RefusalKind.InvalidTransition, Refused(Agreed, new BlockFailed("c", attempt)).Kind);
        Assert.Equal(RefusalKind.InvalidTransition, Refused(Lifting, new BlockLifted(A.Friday, attempt + 1)).Kind);
        Assert.Equal("block", Refused(Lifting, new UnblockFailed("c", attempt + 1)).Facet);
        Assert.Contains($"command {Lifting.BlockCommand}", Refused(Lifting, new UnblockFailed("c", 1)).State, StringComparison.Ordinal);
        Assert.NotNull(Refused(Agreed, new BlockRequested(attempt)));
        Assert.NotNull(Refused(Lifting, new UnblockRequested(attempt + 1)));
    }

    [Fact]
    public void A_result_without_a_number_is_about_the_present_command()
    {
        Assert.Equal(BlockState.Failed, Agreed.After(new BlockFailed("dead_letter_unknown")).Block);
        Assert.Equal(BlockState.Failed, Lifting.After(new UnblockFailed("dead_letter_unknown")).Block);
        Assert.Equal(BlockState.Confirmed, Agreed.After(new BlockConfirmed(A.Friday)).Block);
        Assert.Equal(BlockState.Lifted, Lifting.After(new BlockLifted(A.Friday)).Block);
    }

    [Fact]
    public void After_a_lifting_that_failed_nobody_says_never_matched_and_a_manager_may_order_it_again_or_block_anew()
    {
        var doubtful = Lifting.After(new UnblockRequested(2), new UnblockFailed("refused", 2));
        Assert.True(doubtful.UnblockRefused);
        Assert.Equal(Answer.Manager, AnswerRule.Choose(Claims.Penalty | Claims.Caution, doubtful.Block));
        Assert.Equal(Claims.Penalty, AnswerRule.Proven(Claims.Penalty, doubtful.Block));

        Assert.Equal((BlockState.Lifting, 3), (doubtful.After(new UnblockOrdered("m", "r")).Block, doubtful.After(new UnblockOrdered("m", "r")).BlockCommand));
        Assert.Equal(BlockState.Pending, doubtful.After(new BlockAgreed()).Block);
        Assert.Equal(BlockState.Lifted, doubtful.After(new BlockLifted(A.Friday, 2)).Block);
    }

    [Fact]
    public void What_a_manager_was_told_of_is_given_up_until_it_is_ordered_again()
    {
        var told = Agreed.After(new BlockFailed("c"), new HandedToManager(HandoverReason.BlockNotConfirmed));
        Assert.True(told.BlockGivenUp);
        Assert.False(told.After(new BlockAgreed()).BlockGivenUp);

        var refused = Lifting.After(new UnblockFailed("c"), new HandedToManager(HandoverReason.UnblockFailed));
        Assert.Equal((true, false), (refused.BlockGivenUp, refused.UnblockRefused));
        Assert.False(refused.After(new UnblockOrdered("m", "r")).BlockGivenUp);
        Assert.False(Agreed.After(new HandedToManager(HandoverReason.Requested)).BlockGivenUp);
    }

    private static (BlockState Block, int Attempt, bool Owed) Of(PenaltyCase current) => (current.Block, current.BlockAttempt, current.BlockCommandOwed);

    private static Refusal Refused(PenaltyCase current, CaseEvent happened) => Transitions.Apply(current, happened, A.Friday.AddHours(1)).Refusal!;
}
