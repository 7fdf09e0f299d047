using System.Text.Json;
using Penalties.Cases;
using Penalties.Requests;
using Penalties.Rules;

namespace Rules.Tests;

public sealed class TransitionTests
{
    private static readonly DateTimeOffset Later = A.Friday.AddHours(1);

    [Fact]
    public void The_same_fact_told_twice_is_refused_as_known_and_leaves_no_trace()
    {
        var confirmed = A.Case().After(new BlockAgreed(), new BlockConfirmed(Later));

        var refusal = Transitions.Apply(confirmed, new BlockConfirmed(Later), Later).Refusal;

        Assert.Equal(new(RefusalKind.AlreadyInTargetState, "block", "Confirmed", "BlockConfirmed"), refusal);
    }

    [Fact]
    public void A_fact_that_cannot_be_is_refused_with_facet_and_state()
    {
        var refusal = Transitions.Apply(A.Case().After(new BlockDeclined()), new BlockConfirmed(Later), Later).Refusal;
        Assert.Equal(new(RefusalKind.InvalidTransition, "block", "Declined", "BlockConfirmed"), refusal);
    }

    [Fact]
    public void Facets_only_rise()
    {
        var promised = A.Case().After(new FeedbackAsked(1), new FeedbackPromised());

        Assert.Equal(3, promised.FeedbackStage);
        Assert.NotNull(Transitions.Apply(promised, new FeedbackAsked(2), Later).Refusal);
        Assert.NotNull(Transitions.Apply(promised, new FeedbackPromised(), Later).Refusal);
        Assert.NotNull(Transitions.Apply(A.Case().After(new BlockAgreed()), new BlockDeclined(), Later).Refusal);
        Assert.Equal(BlockState.Pending, A.Case().After(new BlockDeclined(), new BlockAgreed()).Block);
    }

    [Theory]
    [InlineData(Violation.CallCancellation, false)]
    [InlineData(Violation.CashDemanded, true)]
    [InlineData(Violation.ParkingRefused, true)]
    [InlineData(Violation.LeftWithoutConsent, true)]
    [InlineData(Violation.SuspectedDrunkDriving, true)]
    [InlineData(Violation.PaymentCancelledWithoutDriving, true)]
    [InlineData(Violation.AbusiveLanguage, true)]
    [InlineData(Violation.RecklessDriving, true)]
    [InlineData(Violation.UnsafeDriving, true)]
    [InlineData(Violation.Other, true)]
    public void Named_violations_and_other_get_a_post_and_a_plain_cancellation_only_when_feedback_is_promised(Violation violation, bool owed)
    {
        var filed = A.Case(A.Complaint with { Violation = violation });
        Assert.Equal(owed, filed.BoardPostOwed);
        Assert.True(filed.After(new FeedbackPromised()).BoardPostOwed);
        Assert.True(filed.After(new FilingApproved("manager-1", "grounds")).BoardPostOwed);
        Assert.False(filed.After(new FilingRefused("manager-1", "grounds")).BoardPostOwed);
    }

    [Fact]
    public void A_manager_may_change_their_mind_until_the_post_stands_on_the_board()
    {
        var unclear = A.Case(A.Complaint with { Unclear = true });
        Assert.Equal(DecisionState.Awaited, unclear.Decision);
        Assert.False(unclear.BoardPostOwed);

        var changed = unclear.After(new FilingRefused("manager-1", "no grounds"), new FilingApproved("manager-1", "new facts"));
        Assert.True(changed.BoardPostOwed);

        var refusal = Transitions.Apply(changed.After(new BoardPostStarted()), new FilingRefused("manager-1", "again"), Later).Refusal;
        Assert.Equal("board", refusal!.Facet);
    }

    [Fact]
    public void A_report_about_another_attempt_says_nothing_about_this_one()
    {
        var sent = A.Case().After(
            new FeedbackPromised(), new OutcomeConcluded(OutcomeKind.Warning, "lead-3", Later), new MessageReserved(1, "G1", "feedback@1", 422), new MessageSent(1));
        Assert.NotNull(Transitions.Apply(sent, new MessageDelivered(2), Later).Refusal);
        Assert.Equal(PromiseState.Answered, sent.After(new MessageDelivered(1)).Promise);
    }

    [Fact]
    public void A_closed_case_opens_again_in_a_new_instance_when_the_customer_comes_back()
    {
        var closed = A.Case().After(new CaseClosed());
        Assert.Equal(closed.Id, closed.InstanceId);

        var opened = closed.After(new ReContacted(AskedWhen: false));

        Assert.Equal(LifeState.Open, opened.Life);
        Assert.Equal($"{closed.Id}-r2", opened.InstanceId);
        Assert.NotNull(Transitions.Apply(closed, new BoardPosted("17"), Later).Refusal);
    }

    [Fact]
    public void Replaying_the_log_gives_the_state_also_after_a_round_trip_through_storage()
    {
        CaseEvent[] events =
        [
            new BlockAgreed(), new FeedbackPromised(), new BoardPostStarted(), new BoardPosted("17"), new BlockRequested(1), new BlockConfirmed(Later), new ReContacted(true),
            new OutcomePending(), new StepFailed(StepKind.CommentOnBoard), new OutcomeConcluded(OutcomeKind.Warning, "lead-3", Later), new MessageReserved(1, "G1", "feedback@1", 422),
            new MessageSent(1), new DeliveryChecked(1), new MessageDelivered(1), new CaseClosed(),
        ];
        var lived = A.Case().After(events);

        var log = events.Prepend(new CaseFiled(lived.Id, A.Complaint)).Select((happened, minute) =>
            (JsonSerializer.Deserialize<CaseEvent>(JsonSerializer.Serialize(happened, CaseJson.Options), CaseJson.Options)!, A.Friday.AddMinutes(minute)));
        var replayed = Transitions.Replay(log);

        Assert.Equal(JsonSerializer.Serialize(lived, CaseJson.Options), JsonSerializer.Serialize(replayed, CaseJson.Options));
        var stored = JsonSerializer.Deserialize<PenaltyCase>(JsonSerializer.Serialize(lived, CaseJson.Options), CaseJson.Options);
        Assert.Equal(JsonSerializer.Serialize(lived, CaseJson.Options), JsonSerializer.Serialize(stored, CaseJson.Options));
    }

    [Fact]
    public void Every_event_has_a_name_in_storage_and_the_log_keeps_reading_the_names_written_so_far()
    {
        const string Old = """{"$type":"outcome-concluded","Kind":"Warning","DecidedBy":"lead-3","ConcludedAt":"2026-09-19T10:00:00+09:00"}""";
        Assert.Equal(
            new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Kst("2026-09-19 10:00")),
            JsonSerializer.Deserialize<CaseEvent>(Old, CaseJson.Options));

        var named = typeof(CaseEvent).GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), false)
            .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType);
        Assert.Equal(
            typeof(CaseEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CaseEvent))).OrderBy(type => type.Name),
            named.OrderBy(type => type.Name));
    }

    [Fact]
    public void A_case_id_is_the_same_for_the_same_ticket_and_nothing_else()
    {
        var id = CaseId.Of("kmob", "4711", CaseKind.Penalty);
        Assert.True(CaseId.IsWellFormed(id));
        Assert.Equal(id, CaseId.Of("kmob", "4711", CaseKind.Penalty));
        Assert.NotEqual(id, CaseId.Of("kmob4", "711", CaseKind.Penalty));
        Assert.NotEqual(id, CaseId.Of("kmob", "4711", CaseKind.Callback));
        Assert.False(CaseId.IsWellFormed("pr-../../etc/passwd"));
    }
}
