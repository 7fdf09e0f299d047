namespace Penalties.Rules;

/// <summary>The hours of a working day (KST), in which managers are reminded and working time passes.</summary>
public sealed record WorkingHours(TimeOnly Opens, TimeOnly Closes)
{
    public bool Contains(DateTimeOffset instant, Holidays holidays)
    {
        var time = TimeOnly.FromDateTime(Korea.TimeOf(instant).DateTime);
        return holidays.IsWorkingDay(Korea.DateOf(instant)) && time >= Opens && time < Closes;
    }

    /// <summary>The instant itself when it is inside, otherwise the next opening of a working day.</summary>
    public DateTimeOffset NextInside(DateTimeOffset instant, Holidays holidays)
    {
        if (Contains(instant, holidays))
        {
            return instant;
        }

        var date = Korea.DateOf(instant);
        if (!holidays.IsWorkingDay(date) || Korea.At(date, Opens) <= instant)
        {
            date = holidays.AddWorkingDays(date, 1);
        }

        return Korea.At(date, Opens);
    }

    /// <summary>The instant, itself inside, at which that much working time has passed.</summary>
    public DateTimeOffset Add(DateTimeOffset from, TimeSpan workingTime, Holidays holidays)
    {
        var at = NextInside(from, holidays);
        while (true)
        {
            var left = Korea.At(Korea.DateOf(at), Closes) - at;
            if (workingTime < left)
            {
                return at + workingTime;
            }

            workingTime -= left;
            at = NextInside(Korea.At(Korea.DateOf(at), Closes), holidays);
        }
    }
}
