using Penalties.Rules;

namespace Rules.Tests;

/// <summary>A block is lifted, and the customer has read that the two are never matched again.</summary>
public sealed class PromisedBlockTests
{
    private const Claims All = Claims.Penalty | Claims.Caution | Claims.NeverMatched;

    private static readonly CasePolicy Policy = new() { Spread = TimeSpan.Zero };

    private static readonly PenaltyCase Blocked = A.Case().After(
        new FeedbackPromised(), new BlockAgreed(), new BlockRequested(1), new BlockConfirmed(A.Friday, 1), new BoardPostStarted(), new BoardPosted("17"),
        new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday));

    private static readonly CaseEvent[] Lifted = [new UnblockOrdered("manager-1", "r"), new UnblockRequested(2), new BlockLifted(A.Friday, 2)];

    private static PenaltyCase Sent(Claims text = All) => Blocked.After(new MessageReserved(1, "G1", "feedback@1", 422, Claims: text), new MessageSent(1));

    [Fact]
    public void A_manager_is_asked_whether_the_text_arrived_before_or_after_and_whatever_else_waits_for_one()
    {
        PenaltyCase[] either = [Sent().After([new MessageDelivered(1), .. Lifted]), Sent().After([.. Lifted, new MessageDelivered(1)])];
        Assert.All(either, one => Assert.Equal(HandoverReason.PromisedBlockLifted, At(one).Reason));
        Assert.All(either, one => Assert.Equal(HandoverReason.PromisedBlockLifted, At(one.After(new ComplaintDiffered("R-2", "D-1", "k", Violation.Other))).Reason));
        Assert.True(HandoverReason.PromisedBlockLifted.IsUrgent());
        Assert.False(HandoverReason.UnblockFailed.IsUrgent());
    }

    [Fact]
    public void Asked_once_the_case_waits_for_the_manager_and_then_ends()
    {
        var asked = Sent().After([new MessageDelivered(1), .. Lifted, new HandedToManager(HandoverReason.PromisedBlockLifted)]);
        Assert.Equal((CaseState.WithManager, false, false), (asked.State, asked.AnswerWithManager, asked.PromisedBlockLifted));
        Assert.Equal(new(StepKind.Wait), At(asked));
        Assert.Equal(StepKind.CloseCase, At(asked.After(new HandoverSettled("manager-1", "r"))).Kind);
    }

    [Fact]
    public void Closed_meanwhile_it_is_opened_again_by_the_order_to_lift_and_a_block_lifted_twice_is_asked_of_twice()
    {
        var closed = Sent().After(new MessageDelivered(1), new CaseClosed());
        var lifted = closed.After(Lifted);
        Assert.Equal((LifeState.Open, 2, HandoverReason.PromisedBlockLifted), (lifted.Life, lifted.Run, At(lifted).Reason));

        var again = lifted.After(
            new HandedToManager(HandoverReason.PromisedBlockLifted), new BlockAgreed(), new BlockRequested(3), new BlockConfirmed(A.Friday, 3));
        Assert.False(again.PromisedBlockLifted);
        Assert.True(again.After(new UnblockOrdered("manager-1", "r"), new BlockLifted(A.Friday, 4)).PromisedBlockLifted);
    }

    [Fact]
    public void A_text_that_may_have_arrived_counts_and_one_on_its_way_or_that_failed_does_not()
    {
        Assert.True(Sent().After([new MessageUnknown(1), .. Lifted]).PromisedBlockLifted);
        Assert.False(Sent().After(Lifted).PromisedBlockLifted);
        Assert.False(Sent().After([.. Lifted, new MessageFailed(1, "3059")]).PromisedBlockLifted);
        Assert.False(Blocked.After(Lifted).PromisedBlockLifted);
    }

    [Fact]
    public void A_text_that_said_nothing_of_the_block_promised_nothing_and_neither_does_one_that_was_replaced()
    {
        Assert.False(Sent(Claims.Penalty | Claims.Caution).After([new MessageDelivered(1), .. Lifted]).PromisedBlockLifted);

        var replaced = Sent().After([.. Lifted, new MessageFailed(1, "3059"), new MessageResendOrdered("manager-1", "r")]);
        Assert.Equal(Claims.None, replaced.MessageClaims);
        var second = replaced.After(new MessageReserved(2, "G2", "feedback-without-block@1", 300, Claims: Claims.Penalty | Claims.Caution), new MessageSent(2), new MessageDelivered(2));
        Assert.False(second.PromisedBlockLifted);
    }

    [Theory]
    [InlineData(BlockState.Confirmed)]
    [InlineData(BlockState.Lifting)]
    [InlineData(BlockState.Failed)]
    public void Until_it_is_lifted_nothing_is_to_be_told(BlockState block) =>
        Assert.False((Sent().After(new MessageDelivered(1)) with { Block = block }).PromisedBlockLifted);

    private static Step At(PenaltyCase current) =>
        NextStep.Of(new(current with { NotesOwed = [], CommentsOwed = [], NoticesOwed = [] }, A.Kst("2026-09-21 09:00"), Claims.Penalty | Claims.Caution), A.Kst("2026-09-21 09:30"), Policy);
}
