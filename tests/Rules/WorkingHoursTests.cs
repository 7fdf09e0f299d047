using Penalties.Rules;

namespace Rules.Tests;

public sealed class WorkingHoursTests
{
    private static readonly WorkingHours Hours = new(new(9, 0), new(18, 0));
    private static readonly Holidays Holidays = A.Content.Holidays;

    [Theory]
    [InlineData("2026-09-18 08:59", false)]
    [InlineData("2026-09-18 09:00", true)]
    [InlineData("2026-09-18 17:59", true)]
    [InlineData("2026-09-18 18:00", false)]
    [InlineData("2026-09-19 12:00", false)] // Saturday.
    [InlineData("2026-09-25 12:00", false)] // Chuseok.
    public void A_manager_works_on_working_days_from_opening_until_closing(string at, bool works) =>
        Assert.Equal(works, Hours.Contains(A.Kst(at), Holidays));

    [Theory]
    [InlineData("2026-09-18 10:30", "2026-09-18 10:30")]
    [InlineData("2026-09-18 07:00", "2026-09-18 09:00")]
    [InlineData("2026-09-17 18:00", "2026-09-18 09:00")]
    [InlineData("2026-09-18 18:00", "2026-09-21 09:00")]
    [InlineData("2026-09-20 03:00", "2026-09-21 09:00")]
    [InlineData("2026-09-23 20:00", "2026-09-28 09:00")]
    public void Outside_the_next_opening_of_a_working_day_counts(string at, string next) =>
        Assert.Equal(A.Kst(next), Hours.NextInside(A.Kst(at), Holidays));

    [Theory]
    [InlineData("2026-09-17 10:00", 4, "2026-09-17 14:00")]
    [InlineData("2026-09-17 15:00", 3, "2026-09-18 09:00")]
    [InlineData("2026-09-17 15:00", 4, "2026-09-18 10:00")]
    [InlineData("2026-09-18 15:00", 4, "2026-09-21 10:00")]
    [InlineData("2026-09-19 15:00", 9, "2026-09-22 09:00")]
    [InlineData("2026-09-17 09:00", 20, "2026-09-21 11:00")]
    [InlineData("2026-09-17 20:00", 0, "2026-09-18 09:00")]
    public void Working_time_passes_in_working_hours_only(string from, int hours, string until) =>
        Assert.Equal(A.Kst(until), Hours.Add(A.Kst(from), TimeSpan.FromHours(hours), Holidays));
}
