using Penalties.Rules;

namespace Rules.Tests;

public sealed class CalendarTests
{
    private static readonly Holidays Holidays = A.Content.Holidays;
    private static readonly CasePolicy NoSpread = new() { Spread = TimeSpan.Zero };

    [Theory]
    [InlineData("2026-09-18 22:30", "2026-09-21", "2026-09-23")]
    [InlineData("2026-09-22 10:00", "2026-09-25", "2026-09-29")]
    [InlineData("2026-09-23 23:59", "2026-09-26", "2026-09-30")]
    [InlineData("2026-09-24 00:01", "2026-09-27", "2026-09-30")]
    [InlineData("2026-12-30 12:00", "2027-01-02", "2027-01-05")]
    [InlineData("2027-02-04 12:00", "2027-02-07", "2027-02-11")]
    [InlineData("2026-04-29 12:00", "2026-05-02", "2026-05-06")]
    [InlineData("2026-07-15 12:00", "2026-07-18", "2026-07-21")]
    [InlineData("2026-11-23 12:00", "2026-11-26", "2026-11-26")]
    public void Due_is_the_opening_of_the_window_on_the_third_day(string promised, string calendar, string business)
    {
        var at = A.Kst(promised);
        Assert.Equal(A.Kst($"{calendar} 09:00"), FollowUpPolicy.Due(at, "pr-1", NoSpread, Holidays));
        Assert.Equal(A.Kst($"{business} 09:00"), FollowUpPolicy.Due(at, "pr-1", NoSpread with { DayKind = DayKind.Business }, Holidays));
    }

    [Fact]
    public void Cases_of_one_day_are_spread_over_ten_minutes_and_each_keeps_its_own_offset()
    {
        var policy = new CasePolicy();
        var dues = Enumerable.Range(0, 500).Select(n => FollowUpPolicy.Due(A.Friday, $"pr-{n}", policy, Holidays)).ToList();

        Assert.All(dues, due => Assert.InRange(due, A.Kst("2026-09-21 09:00"), A.Kst("2026-09-21 09:10")));
        Assert.True(dues.Distinct().Count() > 200, "500 cases share too few instants.");
        Assert.Equal(dues, Enumerable.Range(0, 500).Select(n => FollowUpPolicy.Due(A.Friday, $"pr-{n}", policy, Holidays)));
    }

    [Theory]
    [InlineData("2026-09-21 08:59", "2026-09-21 09:00")]
    [InlineData("2026-09-21 09:00", "2026-09-21 09:00")]
    [InlineData("2026-09-21 19:59", "2026-09-21 19:59")]
    [InlineData("2026-09-21 20:00", "2026-09-22 09:00")]
    public void Outside_the_send_window_the_next_opening_counts(string at, string next) =>
        Assert.Equal(A.Kst(next), new CasePolicy().Window.NextInside(A.Kst(at)));

    [Fact]
    public void The_table_knows_ten_years_and_agrees_with_the_lunar_calendar()
    {
        Assert.Equal(Enumerable.Range(2018, 10), Holidays.Years.Order());
        var lunar = new System.Globalization.KoreanLunisolarCalendar();
        foreach (var year in Holidays.Years)
        {
            var newYear = DateOnly.FromDateTime(lunar.ToDateTime(year, 1, 1, 0, 0, 0, 0));
            Assert.Contains(newYear, Holidays.Days);
            Assert.Contains(newYear.AddDays(-1), Holidays.Days);
        }
    }

    [Fact]
    public void A_sent_message_is_looked_up_at_doubling_distances_and_for_the_last_time_when_the_watch_ends()
    {
        var policy = new CasePolicy();
        Assert.Equal(A.Friday.AddMinutes(1), FollowUpPolicy.NextDeliveryCheck(A.Friday, null, policy));
        Assert.Equal(A.Friday.AddMinutes(40), FollowUpPolicy.NextDeliveryCheck(A.Friday, A.Friday.AddMinutes(20), policy));
        Assert.Equal(A.Friday.AddHours(14), FollowUpPolicy.NextDeliveryCheck(A.Friday, A.Friday.AddHours(10), policy));
        Assert.Equal(A.Friday.AddHours(96), FollowUpPolicy.NextDeliveryCheck(A.Friday, A.Friday.AddHours(94), policy));
    }

    [Fact]
    public void A_customer_who_asks_when_is_told_two_days_and_never_an_earlier_day_than_promised()
    {
        var due = A.Kst("2026-09-21 09:04");
        Assert.Equal(new(2026, 9, 21), FollowUpPolicy.ToldDate(due, null));
        Assert.Equal(new(2026, 9, 21), FollowUpPolicy.ToldDate(due, A.Kst("2026-09-19 10:00")));
        Assert.Equal(new(2026, 9, 24), FollowUpPolicy.ToldDate(due, A.Kst("2026-09-22 10:00")));
    }
}
