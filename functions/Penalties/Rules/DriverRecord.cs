namespace Penalties.Rules;

/// <summary>One internal report that counts for a driver.</summary>
public sealed record DriverReport(string CaseId, Violation Violation, DateTimeOffset FiledAt);

/// <summary>A step of the configured ladder: from so many reports within the period on, a person may think of this outcome.</summary>
/// <param name="Violation">Counts only this one; null counts all.</param>
public sealed record LadderStep(int Count, OutcomeKind Suggests, Violation? Violation = null);

/// <summary>What the deciding person is shown of the driver: counts within the period, and a suggestion. The program decides nothing.</summary>
/// <param name="Since">Reports filed before have expired.</param>
/// <param name="Counts">Reports by violation, this one included; violations without any are left out.</param>
/// <param name="Suggestion">The highest step that this report newly crosses; null where it crosses none.</param>
public sealed record DriverRecord(
    string DriverId, DateTimeOffset Since, IReadOnlyDictionary<Violation, int> Counts, int Total, LadderStep? Suggestion)
{
    /// <param name="reports">All reports that count, in any order.</param>
    /// <param name="about">The report the person decides about.</param>
    /// <param name="period">How long a report counts.</param>
    /// <param name="now">When the person looks.</param>
    public static DriverRecord Of(
        string driverId, IReadOnlyCollection<DriverReport> reports, DriverReport about, TimeSpan period, IEnumerable<LadderStep> ladder, DateTimeOffset now)
    {
        var since = now - period;
        var present = reports.Where(report => report.CaseId != about.CaseId).Append(about).Where(report => report.FiledAt > since).ToList();
        var counts = present.GroupBy(report => report.Violation).OrderBy(group => group.Key).ToDictionary(group => group.Key, group => group.Count());
        return new(driverId, since, counts, present.Count, Suggest(reports, about, period, ladder));
    }

    /// <summary>Crossed by this report and not by those before it, so that what was suggested once is not suggested again.</summary>
    private static LadderStep? Suggest(
        IEnumerable<DriverReport> reports, DriverReport about, TimeSpan period, IEnumerable<LadderStep> ladder)
    {
        var earlier = reports.Where(report => report.CaseId != about.CaseId && IsBefore(report, about) && report.FiledAt > about.FiledAt - period).ToList();
        return ladder
            .Where(step => step.Violation is null || step.Violation == about.Violation)
            .Where(step => earlier.Count(report => step.Violation is null || step.Violation == report.Violation) + 1 == step.Count)
            .OrderByDescending(step => step.Suggests).ThenByDescending(step => step.Count)
            .FirstOrDefault();
    }

    private static bool IsBefore(DriverReport one, DriverReport other) =>
        one.FiledAt < other.FiledAt || (one.FiledAt == other.FiledAt && string.CompareOrdinal(one.CaseId, other.CaseId) < 0);
}
