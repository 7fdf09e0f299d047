namespace Penalties.Rules;

/// <summary>One internal report that counts for a driver.</summary>
public sealed record DriverReport(string CaseId, Violation Violation, DateTimeOffset FiledAt);

/// <summary>A step of the configured ladder: from so many reports within the period on, a person may think of this outcome.</summary>
/// <param name="Violation">Counts only this one; null counts all.</param>
public sealed record LadderStep(int Count, OutcomeKind Suggests, Violation? Violation = null)
{
    internal bool Counts(DriverReport report) => Violation is null || Violation == report.Violation;
}

/// <summary>What a person may think of.</summary>
/// <param name="IsNew">The report that is decided about crossed the step; otherwise another report did.</param>
public sealed record DriverSuggestion(LadderStep Step, bool IsNew);

/// <summary>What the deciding person is shown of the driver: counts within the period, and a suggestion. The program decides nothing.</summary>
/// <param name="Since">Reports filed before have expired.</param>
/// <param name="Counts">Reports by violation, this one included; violations without any are left out.</param>
/// <param name="Suggestion">The highest step that is reached by these counts; null where none is.</param>
public sealed record DriverRecord(
    string DriverId, DateTimeOffset Since, IReadOnlyDictionary<Violation, int> Counts, int Total, DriverSuggestion? Suggestion)
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
        return new(driverId, since, counts, present.Count, Suggest(present, reports, about, period, ladder));
    }

    /// <summary>
    /// What is reached stays suggested; what this report crossed, and none before it, is new. Of two that suggest the same, the new one says more.
    /// </summary>
    private static DriverSuggestion? Suggest(
        IReadOnlyCollection<DriverReport> present, IEnumerable<DriverReport> reports, DriverReport about, TimeSpan period, IEnumerable<LadderStep> ladder)
    {
        var earlier = reports.Where(report => report.CaseId != about.CaseId && IsBefore(report, about) && report.FiledAt > about.FiledAt - period).ToList();
        return ladder
            .Where(step => present.Count(step.Counts) >= step.Count)
            .Select(step => new DriverSuggestion(step, IsNew: step.Counts(about) && earlier.Count(step.Counts) + 1 == step.Count))
            .OrderByDescending(one => one.Step.Suggests).ThenByDescending(one => one.IsNew).ThenByDescending(one => one.Step.Count)
            .FirstOrDefault();
    }

    private static bool IsBefore(DriverReport one, DriverReport other) =>
        one.FiledAt < other.FiledAt || (one.FiledAt == other.FiledAt && string.CompareOrdinal(one.CaseId, other.CaseId) < 0);
}
