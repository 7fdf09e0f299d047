namespace Penalties.Rules;

/// <summary>Public holidays by year, as data: no rule computes election days and temporary holidays.</summary>
/// <param name="Years">Years the table covers.</param>
/// <param name="Days">Dates nobody works on.</param>
public sealed record Holidays(IReadOnlySet<int> Years, IReadOnlySet<DateOnly> Days)
{
    public static readonly Holidays None = new(new HashSet<int>(), new HashSet<DateOnly>());

    /// <summary>Whether the table says anything about the date's year.</summary>
    public bool Cover(DateOnly date) => Years.Contains(date.Year);

    public bool IsWorkingDay(DateOnly date) =>
        date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !Days.Contains(date);

    public DateOnly LastWorkingDayBefore(DateOnly date)
    {
        do
        {
            date = date.AddDays(-1);
        }
        while (!IsWorkingDay(date));

        return date;
    }

    /// <summary>The date <paramref name="days"/> working days after <paramref name="date"/>.</summary>
    public DateOnly AddWorkingDays(DateOnly date, int days)
    {
        while (days > 0)
        {
            date = date.AddDays(1);
            days -= IsWorkingDay(date) ? 1 : 0;
        }

        return date;
    }
}
