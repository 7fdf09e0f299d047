using Penalties.Rules;

namespace Rules.Tests;

/// <summary>Facts that are told otherwise, and what waits while nobody has decided.</summary>
public sealed class CorrectionTests
{
    private static readonly CasePolicy Policy = new() { Spread = TimeSpan.Zero };
    private static readonly DateTimeOffset Due = A.Kst("2026-09-21 09:00");
    private static readonly DateTimeOffset Saved = A.Friday.AddHours(1);

    private static readonly PenaltyCase Promised = A.Case(A.Complaint with { ComplainedAt = A.Friday }).After(new FeedbackPromised(A.Friday), new BoardPostStarted(), new BoardPosted("17")) with
    {
        NotesOwed = [],
        CommentsOwed = [],
        NoticesOwed = [],
    };

    private static readonly PenaltyCase Concluded = Promised.After(new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday)) with { OutcomeCheckedAt = Due };

    private static readonly ComplaintDiffered Same = new("R-1", "D-1", "customer-key", Violation.RecklessDriving, Centre.Koc, ToldAt: Saved);
    private static readonly ComplaintDiffered OtherDriver = Same with { DriverId = "D-2" };

    public static TheoryData<ComplaintDiffered, ComplaintFact, bool> Differences => new()
    {
        { OtherDriver, ComplaintFact.Driver, true },
        { Same with { RideKey = "R-2" }, ComplaintFact.Ride, true },
        { Same with { CustomerKey = "k" }, ComplaintFact.Customer, true },
        { Same with { Violation = Violation.CashDemanded }, ComplaintFact.Violation, false },
        { Same with { Centre = Centre.Kmcc }, ComplaintFact.Centre, false },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public void While_driver_ride_or_customer_are_open_no_block_is_ordered_and_no_answer_goes_out(ComplaintDiffered told, ComplaintFact fact, bool holds)
    {
        var differs = Concluded.After(new BlockAgreed(), told);
        Assert.Equal(fact, Assert.Single(differs.OpenFacts).Fact);
        Assert.Equal((holds, !holds, !holds), (differs.IsHeld, differs.BlockCommandDue, differs.AnswerWanted));
        Assert.Equal(holds, fact.Holds());

        var handed = Quiet(differs.After(new HandedToManager(HandoverReason.ComplaintDiffers)));
        Assert.Equal(holds ? StepKind.Wait : StepKind.RequestDriverBlock, At(handed, Due).Kind);
        var blocked = Quiet((handed with { OpenFacts = [] }).After(new BlockRequested(1), new BlockConfirmed(Due, 1)) with { OpenFacts = handed.OpenFacts });
        Assert.Equal(!holds, NextStep.Wants(StepKind.SendFeedbackSms, null, Looked(blocked), Due, Policy));
        Assert.Equal(holds, Transitions.Apply(blocked, new MessageReserved(1, "G1", "feedback@1", 422), Due).Refusal is not null);

        // The facts stay: the case goes on where it stood.
        var settled = Quiet(handed.After(new HandoverSettled("manager-1", "r")));
        Assert.Equal((false, true, StepKind.RequestDriverBlock), (settled.IsHeld, settled.AnswerWanted, At(settled, Due).Kind));
    }

    [Fact]
    public void Nobody_is_waited_for_in_vain_and_a_block_is_lifted_whatever_is_told()
    {
        var handed = Quiet(Concluded.After(OtherDriver, new HandedToManager(HandoverReason.ComplaintDiffers)));
        Assert.Equal(new(StepKind.Wait), At(handed, Due));

        // A manager who answers the customer has not decided about the driver.
        var answered = Quiet(handed.After(new ManagerAnswered("manager-1", "r")));
        Assert.Equal(new(StepKind.HandToManager, null, HandoverReason.ComplaintDiffers), At(answered, Due));

        var lifting = Concluded.After(new BlockAgreed(), new BlockRequested(1), new BlockConfirmed(A.Friday, 1), OtherDriver, new UnblockOrdered("manager-1", "r"));
        Assert.True(lifting is { IsHeld: true, BlockCommandDue: true });
    }

    [Fact]
    public void What_is_told_again_is_no_news_and_what_a_manager_refused_stays_refused()
    {
        Assert.Equal([OtherDriver], Corrections.Told(Concluded, OtherDriver));
        Assert.Empty(Corrections.Told(Concluded, Same));

        var differs = Concluded.After(OtherDriver);
        Assert.Empty(Corrections.Told(differs, OtherDriver with { ToldAt = Saved.AddHours(1) }));
        Assert.True(differs.DifferenceOpen);

        var refused = differs.After(new HandedToManager(HandoverReason.ComplaintDiffers), new HandoverSettled("manager-1", "r"));
        Assert.Empty(Corrections.Told(refused, OtherDriver with { ToldAt = Saved.AddHours(1) }));
        Assert.NotEmpty(Corrections.Told(refused, OtherDriver with { DriverId = "D-3", ToldAt = Saved.AddHours(1) }));
        Assert.Equal([new FactChange(ComplaintFact.Driver, "D-1", "D-2")], refused.RefusedFacts);
    }

    [Fact]
    public void An_earlier_save_that_comes_later_tells_nothing_otherwise()
    {
        Assert.Empty(Corrections.Told(Concluded, OtherDriver with { ToldAt = A.Friday.AddMinutes(-1) }));
        Assert.NotEmpty(Corrections.Told(Concluded, OtherDriver with { ToldAt = A.Friday }));
        Assert.Empty(Corrections.Told(Concluded.After(OtherDriver), Same with { ToldAt = Saved.AddMinutes(-1) }));
        Assert.NotEmpty(Corrections.Told(Concluded with { FactsToldAt = null }, OtherDriver with { ToldAt = A.Friday.AddDays(-9) }));
    }

    [Fact]
    public void The_tickets_own_save_takes_back_what_it_told_otherwise()
    {
        var differs = Concluded.After(OtherDriver);
        var back = Assert.IsType<DifferenceTakenBack>(Assert.Single(Corrections.Told(differs, Same with { ToldAt = Saved.AddHours(1) })));
        var taken = differs.After(back);
        Assert.Equal((false, false, null), (taken.IsHeld, taken.DifferenceOpen, taken.Difference));
        Assert.Equal(RefusalKind.AlreadyInTargetState, Transitions.Apply(taken, back, Due).Refusal!.Kind);
        Assert.NotEmpty(Corrections.Told(taken, OtherDriver with { ToldAt = Saved.AddHours(2) }));

        // Another ticket that names the case takes nothing back, and replaces nothing.
        Assert.Empty(Corrections.Told(differs, Same with { ToldAt = null }));
        var both = differs.After(new HandedToManager(HandoverReason.ComplaintDiffers), Same with { DriverId = "D-3", ToldAt = null });
        Assert.Equal((true, "D-2"), (both.DifferenceOpen, Assert.Single(both.OpenFacts).To));
        Assert.Empty(Corrections.Told(Concluded.After(OtherDriver with { ToldAt = null }), Same));
    }

    [Fact]
    public void An_agreement_to_the_block_of_the_driver_who_is_told_is_kept_with_it_and_a_manager_hears_of_it()
    {
        var handed = Concluded.After(OtherDriver, new HandedToManager(HandoverReason.ComplaintDiffers));
        var agreed = OtherDriver with { BlockAgreed = true, ToldAt = Saved.AddHours(1) };
        Assert.Equal([agreed], Corrections.Told(handed, agreed));
        var after = handed.After(agreed);
        Assert.Equal((true, true, BlockState.Unknown), (after.Difference!.BlockAgreed, after.DifferenceOpen, after.Block));
        Assert.Empty(Corrections.Told(after, agreed with { ToldAt = Saved.AddHours(2) }));
    }

    [Fact]
    public void A_customer_who_asks_meanwhile_is_told_that_a_manager_has_it()
    {
        Assert.Equal(ReContactSituation.InProgress, ReContactSituations.Of(Promised, askedWhen: false));
        Assert.Equal(ReContactSituation.WithManager, ReContactSituations.Of(Promised.After(OtherDriver), askedWhen: false));
    }

    private static PenaltyCase Quiet(PenaltyCase current) => current with { NotesOwed = [], CommentsOwed = [], NoticesOwed = [] };

    private static CaseSnapshot Looked(PenaltyCase current) => new(current, Due, current.OutcomeKind is null ? null : Claims.Penalty | Claims.Caution);

    private static Step At(PenaltyCase current, DateTimeOffset now) => NextStep.Of(Looked(current), now, Policy);
}
