using Penalties.Rules;

namespace Rules.Tests;

public sealed class RideAfterBlockTests
{
    private static readonly DateTimeOffset BlockedAt = A.Kst("2026-09-18 22:31");

    private static readonly PenaltyCase Blocked = A.Case().After(new BlockAgreed(), new BlockRequested(1), new BlockConfirmed(BlockedAt, 1));

    private static readonly Complaint Ride = A.Complaint with { Ticket = "4800", RideKey = "R-2", RideDate = new(2026, 9, 18) };

    private static readonly MatchedAgain Again = new("R-2", new(2026, 9, 18), Blocked.Id, "R-1", new(2026, 9, 18));

    [Theory]
    [InlineData("2026-09-18 22:30", false)]
    [InlineData("2026-09-18 22:31", false)]
    [InlineData("2026-09-18 22:32", true)]
    public void A_ride_called_after_the_block_was_confirmed_names_both_rides(string calledAt, bool isAgain) =>
        Assert.Equal(isAgain ? Again : null, RideAfterBlock.Of(Blocked, Ride, A.Kst(calledAt)));

    [Theory]
    [InlineData("2026-09-18", false)]
    [InlineData("2026-09-19", true)]
    public void Where_nobody_told_when_it_was_called_its_date_decides(string date, bool isAgain)
    {
        var dated = Ride with { RideDate = DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture) };
        Assert.Equal(isAgain, RideAfterBlock.Of(Blocked, dated, calledAt: null) is { RideDate: null });
        Assert.Equal(isAgain, RideAfterBlock.Of(Blocked, dated with { RideToldAt = BlockedAt }, calledAt: null)?.RideDate == dated.RideDate);
    }

    [Fact]
    public void The_same_ride_another_driver_another_customer_and_a_block_that_was_never_confirmed_are_nothing()
    {
        var later = BlockedAt.AddDays(1);
        Assert.Null(RideAfterBlock.Of(Blocked, A.Complaint, later));
        Assert.Null(RideAfterBlock.Of(Blocked, Ride with { DriverId = "D-2" }, later));
        Assert.Null(RideAfterBlock.Of(Blocked, Ride with { CustomerKey = "another" }, later));
        Assert.Null(RideAfterBlock.Of(A.Case().After(new BlockAgreed(), new BlockFailed("c")), Ride, later));
        Assert.Null(RideAfterBlock.Of(A.Case().After(new BlockDeclined()), Ride, later));
    }

    [Fact]
    public void A_block_counts_until_it_was_lifted_and_again_from_when_it_was_made_anew()
    {
        var lifting = Blocked.After(new UnblockOrdered("manager-1", "r"), new UnblockRequested(2));
        var lifted = lifting.After(new BlockLifted(A.Kst("2026-09-19 12:00"), 2));
        Assert.NotNull(RideAfterBlock.Of(lifting, Ride, A.Kst("2026-09-19 13:00")));
        Assert.NotNull(RideAfterBlock.Of(lifted, Ride, A.Kst("2026-09-19 11:59")));
        Assert.Null(RideAfterBlock.Of(lifted, Ride, A.Kst("2026-09-19 12:01")));

        var found = Blocked.After(new BlockFoundLifted(A.Kst("2026-09-21 09:00"), 1));
        Assert.NotNull(RideAfterBlock.Of(found, Ride, A.Kst("2026-09-20 09:00")));

        var anew = lifted.After(new BlockAgreed(), new BlockRequested(3), new BlockConfirmed(A.Kst("2026-09-20 12:00"), 3));
        Assert.Null(RideAfterBlock.Of(anew, Ride, A.Kst("2026-09-20 11:00")));
        Assert.NotNull(RideAfterBlock.Of(anew, Ride, A.Kst("2026-09-20 13:00")));
    }

    [Fact]
    public void A_case_is_told_of_a_ride_once_and_of_another_anew()
    {
        var later = A.Case(Ride);
        Assert.Equal([Again], RideAfterBlock.Tells(Again, later));

        var told = later.After(Again);
        Assert.Empty(RideAfterBlock.Tells(Again with { RideDate = new(2026, 9, 19) }, told));
        Assert.NotEmpty(RideAfterBlock.Tells(Again with { Ride = "R-3" }, told));
        Assert.Empty(RideAfterBlock.Tells(Again with { BlockedCase = "pr-3" }, told));
    }

    [Fact]
    public void A_manager_is_asked_at_once_and_the_promised_answer_is_the_managers_until_it_is_given_back()
    {
        var told = A.Case(Ride).After(new FeedbackPromised(), new BoardPostStarted(), new BoardPosted("18"), Again) with { NotesOwed = [], CommentsOwed = [], NoticesOwed = [] };
        var due = A.Kst("2026-09-21 09:00");
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.MatchedAgain), NextStep.Of(new(told, due), A.Friday.AddHours(1), new()));

        var asked = told.After(new HandedToManager(HandoverReason.MatchedAgain));
        Assert.Equal((false, true, false), (asked.RematchOpen, asked.AnswerWithManager, asked.AnswerWanted));
        Assert.True(asked.After(new HandoverSettled("manager-1", "r")).AnswerWanted);
        Assert.True(HandoverReason.MatchedAgain.IsUrgent());
    }
}
