namespace Bench.Load;

/// <summary>Where values lie.</summary>
internal static class Spread
{
    public static double Median(IEnumerable<double> values) => Percentile([.. values], 50);

    /// <summary>The smallest value that so many percent of them do not exceed.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, int percent) =>
        values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(values.Count * percent / 100.0) - 1));
}
