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
        Assert.Equal(Ladder[0], record.Suggestion);
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
    public void Only_the_highest_step_that_this_report_newly_crosses_is_suggested()
    {
        Assert.Equal(Ladder[1], Of([Earlier(1, Violation.RecklessDriving)]).Suggestion);
        Assert.Equal(Ladder[3], Of([Earlier(1, Violation.RecklessDriving), Earlier(2, Violation.RecklessDriving)]).Suggestion);
        Assert.Equal(Ladder[2], Of([Earlier(1, Violation.CashDemanded), Earlier(2, Violation.CashDemanded)]).Suggestion);
    }

    [Fact]
    public void A_step_that_an_earlier_report_crossed_is_not_suggested_again() =>
        Assert.Null(Of([.. Enumerable.Range(1, 3).Select(day => Earlier(day, Violation.CashDemanded))]).Suggestion);

    [Fact]
    public void Later_reports_and_those_before_the_period_are_counted_in_no_step()
    {
        var later = new DriverReport("pr-later", Violation.CashDemanded, A.Friday.AddMinutes(1));
        var long_ago = new DriverReport("pr-old", Violation.CashDemanded, A.Friday - Period);
        Assert.Equal(Ladder[0], Of([later, long_ago]).Suggestion);
    }

    [Fact]
    public void Two_reports_of_one_instant_cross_in_the_order_of_their_ids()
    {
        var twin = About with { CaseId = "pr-z" };
        Assert.Equal(Ladder[0], Of([twin]).Suggestion);
        Assert.Equal(Ladder[1], DriverRecord.Of("D-1", [About], twin, Period, Ladder, A.Friday).Suggestion);
    }

    private static DriverRecord Of(IReadOnlyCollection<DriverReport> reports) =>
        DriverRecord.Of("D-1", reports, About, Period, Ladder, A.Friday.AddHours(1));

    private static DriverReport Earlier(int days, Violation violation) => new($"pr-{days}", violation, A.Friday.AddDays(-days));
}
