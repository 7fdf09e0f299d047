using Penalties.Rules;

namespace Rules.Tests;

/// <summary>Friday 18 September 2026, 22:30: the working day begins again on Monday 21.</summary>
public sealed class ReminderPolicyTests
{
    private static readonly CasePolicy Policy = new() { Spread = TimeSpan.Zero };
    private static readonly DateTimeOffset Due = A.Kst("2026-09-21 09:00");

    [Fact]
    public void Nobody_is_reminded_of_a_case_that_waits_for_nobody() => Assert.Null(Next(A.Case()));

    [Fact]
    public void A_decision_is_reminded_of_after_four_working_hours_and_again_after_four_more()
    {
        var awaited = A.Case(A.Complaint with { Unclear = true });
        Assert.Equal(new(ReminderKind.Waiting, A.Kst("2026-09-21 13:00")), Next(awaited));

        var reminded = At(awaited, new ManagerReminded(ReminderKind.Waiting, 1), "2026-09-21 13:00");
        Assert.Equal((1, A.Kst("2026-09-21 13:00")), (reminded.Reminders, reminded.RemindedAt));
        Assert.Equal(new(ReminderKind.Waiting, A.Kst("2026-09-21 17:00")), Next(reminded));
    }

    [Fact]
    public void After_two_working_days_the_next_level_hears_of_it_once()
    {
        var awaited = At(A.Case(A.Complaint with { Unclear = true }), new ManagerReminded(ReminderKind.Waiting, 4), "2026-09-22 17:00");
        Assert.Equal(new(ReminderKind.Escalated, A.Kst("2026-09-23 09:00")), Next(awaited));

        var escalated = At(awaited, new ManagerReminded(ReminderKind.Escalated, 1), "2026-09-23 09:00");
        Assert.Equal(new(ReminderKind.Waiting, A.Kst("2026-09-23 12:00")), Next(escalated));
    }

    [Fact]
    public void Who_decides_is_reminded_no_more_and_the_next_matter_begins_anew()
    {
        var asked = At(A.Case(), new HandedToManager(HandoverReason.Requested), "2026-09-21 10:00");
        var reminded = At(At(asked, new ManagerReminded(ReminderKind.Waiting, 3), "2026-09-21 14:00"), new ManagerReminded(ReminderKind.Escalated, 1), "2026-09-23 10:00");
        var settled = At(reminded, new HandoverSettled("manager-1", "r"), "2026-09-23 11:00");

        Assert.Null(Next(settled));
        Assert.Equal((null, 0, false), (settled.RemindedAt, settled.Reminders, settled.Escalated));
        Assert.Equal(A.Kst("2026-09-28 10:00"), At(settled, new HandedToManager(HandoverReason.Requested), "2026-09-28 10:00").ManagerAskedAt);
    }

    [Fact]
    public void A_callback_is_escalated_when_its_time_has_passed()
    {
        var callback = A.Callback();
        Assert.Equal(A.Kst("2026-09-22 09:00"), ReminderPolicy.CallbackDue(callback, Policy, A.Content.Holidays));

        var reminded = At(At(callback, new ManagerReminded(ReminderKind.Waiting, 1), "2026-09-21 13:00"), new ManagerReminded(ReminderKind.Waiting, 2), "2026-09-21 17:00");
        Assert.Equal(new(ReminderKind.Escalated, A.Kst("2026-09-22 09:00")), Next(reminded));

        var again = At(At(callback, new CallbackDone("m", "r"), "2026-09-21 10:00"), new CallbackWanted(CallbackCause.SupervisorAsked), "2026-09-28 10:00");
        Assert.Equal(A.Kst("2026-09-29 10:00"), ReminderPolicy.CallbackDue(again, Policy, A.Content.Holidays));
    }

    [Fact]
    public void A_callback_nobody_answered_is_due_anew_from_the_try_and_one_that_a_manager_decides_about_is_escalated_as_everything_else()
    {
        var reminded = At(At(A.Callback(), new ManagerReminded(ReminderKind.Waiting, 1), "2026-09-21 13:00"), new ManagerReminded(ReminderKind.Escalated, 1), "2026-09-22 09:00");
        var tried = At(reminded, new CallbackUnanswered("m", "r"), "2026-09-22 10:00");
        Assert.Equal((0, false, null, A.Kst("2026-09-22 10:00")), (tried.Reminders, tried.Escalated, tried.RemindedAt, tried.ManagerAskedAt));
        Assert.Equal(A.Kst("2026-09-23 10:00"), ReminderPolicy.CallbackDue(tried, Policy, A.Content.Holidays));
        Assert.Equal(new(ReminderKind.Waiting, A.Kst("2026-09-22 14:00")), Next(tried));

        var triedOut = At(At(tried, new CallbackUnanswered("m", "r"), "2026-09-22 11:00"), new CallbackUnanswered("m", "r"), "2026-09-22 12:00");
        var asked = At(At(triedOut, new HandedToManager(HandoverReason.CallbackUnanswered), "2026-09-22 12:00"), new ManagerReminded(ReminderKind.Waiting, 9), "2026-09-23 17:59");

        // Eighteen working hours from Tuesday noon, over Chuseok: Monday noon. The callback itself would have been due on Wednesday.
        Assert.Equal(A.Kst("2026-09-28 12:00"), ReminderPolicy.Next(asked, null, Policy with { RemindEvery = TimeSpan.FromDays(9) }, A.Content.Holidays)!.At);
    }

    [Fact]
    public void An_answer_that_has_not_come_on_the_day_told_is_reminded_of_once_that_day_is_over()
    {
        var promised = A.Case().After(new FeedbackPromised());
        Assert.Equal(new(ReminderKind.AnswerOverdue, A.Kst("2026-09-22 09:00")), Next(promised, Due));

        var askedWhen = At(promised, new ReContacted(AskedWhen: true), "2026-09-22 10:00");
        // The 24th is the day before Chuseok: people are back on Monday.
        Assert.Equal(new(ReminderKind.AnswerOverdue, A.Kst("2026-09-28 09:00")), Next(askedWhen, Due));

        var told = At(askedWhen, new ManagerReminded(ReminderKind.AnswerOverdue, 1, new(2026, 9, 24)), "2026-09-28 09:00");
        Assert.Null(Next(told, Due));
        Assert.Equal(A.Kst("2026-09-28 09:00"), Next(At(told, new ReContacted(AskedWhen: true), "2026-09-25 10:00"), Due)!.At);
    }

    [Fact]
    public void The_day_told_is_watched_as_well_where_a_manager_has_the_answer()
    {
        var taken = At(A.Case().After(new FeedbackPromised()), new HandedToManager(HandoverReason.AnswerTakenOver, "agent-1"), "2026-09-21 10:00");
        Assert.Equal(new(ReminderKind.Waiting, A.Kst("2026-09-21 14:00")), Next(taken, Due));
        Assert.Equal(new(ReminderKind.AnswerOverdue, A.Kst("2026-09-22 09:00")), Next(At(taken, new ManagerReminded(ReminderKind.Waiting, 1), "2026-09-21 17:00"), Due));
        Assert.DoesNotContain(ReminderKind.AnswerOverdue, new[] { Next(At(taken, new ManagerAnswered("m", "r"), "2026-09-21 17:00"), Due)?.Kind });
    }

    [Fact]
    public void Of_two_at_one_instant_the_graver_comes_first()
    {
        var policy = Policy with { EscalateAfter = Policy.RemindEvery };
        var asked = At(A.Case(), new HandedToManager(HandoverReason.Requested), "2026-09-21 10:00");
        Assert.Equal(new(ReminderKind.Escalated, A.Kst("2026-09-21 14:00")), ReminderPolicy.Next(asked, null, policy, A.Content.Holidays));
    }

    private static Reminder? Next(PenaltyCase current, DateTimeOffset? due = null) => ReminderPolicy.Next(current, due, Policy, A.Content.Holidays);

    private static PenaltyCase At(PenaltyCase current, CaseEvent happened, string at) => Transitions.Apply(current, happened, A.Kst(at)).Case!;
}
