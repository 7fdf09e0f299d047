using System.Globalization;
using FunctionsHosting.Storage;

namespace Platform.Tests;

/// <summary>
/// How the cases of this run ended, a line a subject and one for all, in <c>TestResults/platform.txt</c>, which the run prints. A case that did not end
/// right fails its test, too.
/// </summary>
internal static class Tally
{
    private static readonly SortedDictionary<string, Line> Lines = new(StringComparer.Ordinal);

    /// <param name="subject">What happened to the case.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="late">How much later than without it.</param>
    /// <param name="told">Tells a failure apart.</param>
    public static void Add(string subject, CaseEnd end, TimeSpan late, string told)
    {
        lock (Lines)
        {
            Lines[subject] = Lines.GetValueOrDefault(subject, new()).With(end, late);
            var all = Lines.Values.Aggregate(static (one, other) => one.With(other));
            File.WriteAllLines(
                Path.Combine(Directory.CreateDirectory(Path.Combine(RepositoryRoot.Path, "TestResults")).FullName, "platform.txt"),
                Lines.Select(static line => $"{line.Key}: {line.Value}").Append($"all: {all}"));
        }

        Assert.True(end.IsRight, $"{told}: {end}");
    }

    private sealed record Line(int Cases = 0, int Lost = 0, int Doubled = 0, int Untrue = 0, TimeSpan Late = default)
    {
        public Line With(CaseEnd end, TimeSpan late) => With(new Line(1, end.Lost.Count, end.Doubled.Count, end.Untrue.Count, late));

        public Line With(Line other) => new(
            Cases + other.Cases, Lost + other.Lost, Doubled + other.Doubled, Untrue + other.Untrue, Late > other.Late ? Late : other.Late);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"cases={Cases} lost={Lost} doubled={Doubled} untrue={Untrue} late≤{Math.Ceiling(Late.TotalSeconds):0}s");
    }
}
