using Penalties.Rules;

namespace Rules.Tests;

public sealed class DriverRecordTests
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(365);

    private static readonly LadderStep[] Ladder =
    [
        new(1, OutcomeKind.ReEducation),
        new(2, OutcomeKind.Warning, Violation.RecklessDriving),
        new(3, OutcomeKind.Warning),
        new(3, OutcomeKind.DispatchRestriction, Violation.RecklessDriving),
        new(5, OutcomeKind.AppSuspension),
    ];

    private static readonly DriverReport About = new("pr-now", Violation.RecklessDriving, A.Friday);

    [Fact]
    public void The_first_report_counts_itself()
    {
        var record = Of([]);
        Assert.Equal(1, record.Total);
        Assert.Equal([new(Violation.RecklessDriving, 1)], record.Counts);
        Assert.Equal(new(Ladder[0], IsNew: true), record.Suggestion);
        Assert.Equal(("D-1", A.Friday.AddHours(1) - Period), (record.DriverId, record.Since));
    }

    [Fact]
    public void Counts_are_by_violation_in_the_vocabularys_order_and_the_case_itself_counts_once()
    {
        var record = Of([About, Earlier(1, Violation.UnsafeDriving), Earlier(2, Violation.CashDemanded), Earlier(3, Violation.CashDemanded)]);
        Assert.Equal([new(Violation.CashDemanded, 2), new(Violation.RecklessDriving, 1), new(Violation.UnsafeDriving, 1)], record.Counts.ToArray());
        Assert.Equal(4, record.Total);
    }

    [Fact]
    public void A_report_expires_when_the_period_is_over()
    {
        var justExpired = new DriverReport("pr-old", Violation.RecklessDriving, A.Friday.AddHours(1) - Period);
        Assert.Equal(1, Of([justExpired]).Total);
        Assert.Equal(2, Of([justExpired with { FiledAt = justExpired.FiledAt.AddSeconds(1) }]).Total);
    }

    [Fact]
    public void The_highest_step_that_is_reached_is_suggested_and_new_where_this_report_crossed_it()
    {
        Assert.Equal(new(Ladder[1], IsNew: true), Of([Earlier(1, Violation.RecklessDriving)]).Suggestion);
        Assert.Equal(new(Ladder[3], IsNew: true), Of([Earlier(1, Violation.RecklessDriving), Earlier(2, Violation.RecklessDriving)]).Suggestion);
        Assert.Equal(new(Ladder[2], IsNew: true), Of([Earlier(1, Violation.CashDemanded), Earlier(2, Violation.CashDemanded)]).Suggestion);
    }

    [Fact]
    public void A_step_that_an_earlier_report_crossed_stays_suggested_and_is_not_new()
    {
        Assert.Equal(new(Ladder[2], IsNew: false), Of([.. Enumerable.Range(1, 3).Select(day => Earlier(day, Violation.CashDemanded))]).Suggestion);
        Assert.Equal(new(Ladder[4], IsNew: false), Of([.. Enumerable.Range(1, 46).Select(day => Earlier(day, Violation.CashDemanded))]).Suggestion);

        // Three of one violation, crossed by none of another.
        Assert.Equal(new(Ladder[3], IsNew: false), OfCash([.. Enumerable.Range(1, 3).Select(day => Earlier(day, Violation.RecklessDriving))]).Suggestion);
    }

    [Fact]
    public void No_step_is_reached_by_too_few_and_of_two_that_suggest_the_same_the_new_one_is_shown()
    {
        Assert.Null(DriverRecord.Of("D-1", [], About, Period, Ladder[1..], A.Friday.AddHours(1)).Suggestion);
        LadderStep[] same = [new(2, OutcomeKind.Warning), new(1, OutcomeKind.Warning, Violation.RecklessDriving)];
        DriverReport[] earlier = [Earlier(1, Violation.CashDemanded), Earlier(2, Violation.CashDemanded)];
        Assert.Equal(new(same[1], IsNew: true), DriverRecord.Of("D-1", earlier, About, Period, same, A.Friday.AddHours(1)).Suggestion);
    }

    [Fact]
    public void A_later_report_counts_and_makes_no_step_new_and_one_before_the_period_does_not_count()
    {
        var later = new DriverReport("pr-later", Violation.RecklessDriving, A.Friday.AddMinutes(1));
        var longAgo = new DriverReport("pr-old", Violation.RecklessDriving, A.Friday - Period);
        Assert.Equal(new(Ladder[1], IsNew: false), Of([later, longAgo]).Suggestion);
        Assert.Equal(new(Ladder[0], IsNew: true), Of([longAgo]).Suggestion);
    }

    [Fact]
    public void Two_reports_of_one_instant_cross_in_the_order_of_their_ids()
    {
        var twin = About with { CaseId = "pr-z" };
        Assert.Equal(new(Ladder[1], IsNew: false), Of([twin]).Suggestion);
        Assert.Equal(new(Ladder[1], IsNew: true), DriverRecord.Of("D-1", [About], twin, Period, Ladder, A.Friday).Suggestion);
    }

    private static DriverRecord Of(IReadOnlyCollection<DriverReport> reports) =>
        DriverRecord.Of("D-1", reports, About, Period, Ladder, A.Friday.AddHours(1));

    private static DriverRecord OfCash(IReadOnlyCollection<DriverReport> reports) =>
        DriverRecord.Of("D-1", reports, About with { Violation = Violation.CashDemanded }, Period, Ladder, A.Friday.AddHours(1));

    private static DriverReport Earlier(int days, Violation violation) => new($"pr-{days}", violation, A.Friday.AddDays(-days));
}
