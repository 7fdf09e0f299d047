using Penalties.Rules;

namespace Rules.Tests;

public sealed class OutcomeTests
{
    private static readonly PenaltyCase Concluded = A.Case().After(new FeedbackPromised(), new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday));

    [Theory]
    [InlineData(OutcomeKind.Monitoring, -1, false)]
    [InlineData(OutcomeKind.AppSuspension, 1, true)]
    [InlineData(OutcomeKind.Warning, 0, false)]
    [InlineData(OutcomeKind.Monitoring, 0, false)]
    [InlineData(OutcomeKind.NoViolation, 0, true)]
    public void The_later_decision_takes_the_others_place_and_at_one_instant_the_kind_decides(OutcomeKind kind, int minutes, bool isNewer)
    {
        Assert.Equal(isNewer, Concluded.IsNewer(kind, A.Friday.AddMinutes(minutes)));
        var transition = Transitions.Apply(Concluded, new OutcomeCorrected(kind, "lead-4", A.Friday.AddMinutes(minutes)), A.Friday.AddHours(1));
        Assert.Equal(isNewer ? kind : null, transition.Case?.OutcomeKind);
        Assert.Equal(isNewer, transition.Refusal is null);
        Assert.True(A.Case().IsNewer(kind, A.Friday));
    }

    [Fact]
    public void An_appeal_is_heard_once_within_the_period_and_no_message_goes_out_meanwhile()
    {
        var end = A.Friday + Concluded.Policy.AppealPeriod;
        Assert.Equal(RefusalKind.InvalidTransition, Refused(Concluded, new AppealFiled("manager-1", "r"), end.AddTicks(1)).Kind);

        var appealed = Transitions.Apply(Concluded, new AppealFiled("manager-1", "r"), end).Case!;
        Assert.Equal(OutcomeState.Appealed, appealed.Outcome);
        Assert.Equal(("message", RefusalKind.InvalidTransition), (Refused(appealed, new MessageReserved(1, "G1", "feedback@1", 422), end).Facet, Refused(appealed, new MessageReserved(1, "G1", "feedback@1", 422), end).Kind));

        var upheld = appealed.After(new AppealRejected("manager-1", "r"));
        Assert.Equal((OutcomeState.Upheld, OutcomeKind.Warning), (upheld.Outcome, upheld.OutcomeKind));
        Assert.Equal(RefusalKind.InvalidTransition, Refused(upheld, new AppealFiled("manager-1", "again"), A.Friday.AddDays(1)).Kind);
        Assert.NotNull(Transitions.Apply(upheld, new MessageReserved(1, "G1", "feedback@1", 422), end).Case);
    }

    [Fact]
    public void An_outcome_overturned_is_another_outcome_and_one_of_no_violation_no_longer_counts_for_the_driver()
    {
        Assert.True(Concluded.Counts);
        var overturned = Concluded.After(new AppealFiled("manager-1", "r"), new OutcomeOverturned(OutcomeKind.NoViolation, "lead-4", A.Friday.AddDays(1), "r"));

        Assert.Equal((OutcomeState.Overturned, OutcomeKind.NoViolation, A.Friday.AddDays(1)), (overturned.Outcome, overturned.OutcomeKind, overturned.ConcludedAt));
        Assert.False(overturned.Counts);
        Assert.False(overturned.AnswerDoubted);
        Assert.False(A.Callback().Counts);
    }

    [Theory]
    [InlineData("reserved", true)]
    [InlineData("sent", true)]
    [InlineData("failed", false)]
    public void A_correction_doubts_an_answer_that_may_have_gone_out(string message, bool isDoubted)
    {
        CaseEvent[] begun = message switch
        {
            "reserved" => [new MessageReserved(1, "G1", "feedback@1", 422)],
            "sent" => [new MessageReserved(1, "G1", "feedback@1", 422), new MessageSent(1)],
            _ => [new MessageReserved(1, "G1", "feedback@1", 422), new MessageFailed(1, "3059")],
        };
        var corrected = Concluded.After([.. begun, new OutcomeCorrected(OutcomeKind.Monitoring, "lead-3", A.Friday.AddMinutes(9))]);
        Assert.Equal(isDoubted, corrected.AnswerDoubted);
        Assert.False(corrected.After(new HandedToManager(HandoverReason.OutcomeCorrected)).AnswerDoubted);

        var overturned = Concluded.After([.. begun, new AppealFiled("m", "r"), new OutcomeOverturned(OutcomeKind.Monitoring, "lead-3", A.Friday.AddMinutes(9), "r")]);
        Assert.Equal(isDoubted, overturned.AnswerDoubted);
    }

    [Fact]
    public void An_outcome_is_told_by_the_name_the_driver_admin_gives_it()
    {
        Assert.Equal(["app-suspension", "dispatch-restriction", "monitoring", "no-violation", "re-education", "warning"], OutcomeTerms.Names.Order());
        Assert.All(Enum.GetValues<OutcomeKind>(), kind => Assert.Equal(kind, OutcomeTerms.KindOf(kind.Name())));
        Assert.Equal("dispatch-restriction", OutcomeKind.DispatchRestriction.Name());
        Assert.Null(OutcomeTerms.KindOf("fine"));
        Assert.Null(OutcomeTerms.KindOf(null));
    }

    [Fact]
    public void Asked_in_vain_is_remembered_and_only_until_it_is_concluded()
    {
        var asked = A.Case().After(new OutcomePending());
        Assert.Equal(A.Friday.AddMinutes(1), asked.OutcomeCheckedAt);
        Assert.Equal(RefusalKind.InvalidTransition, Refused(Concluded, new OutcomePending(), A.Friday.AddHours(1)).Kind);
    }

    private static Refusal Refused(PenaltyCase current, CaseEvent happened, DateTimeOffset at) => Transitions.Apply(current, happened, at).Refusal!;
}
