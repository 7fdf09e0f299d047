namespace Penalties.Rules;

/// <summary>The hours of a KST day in which a customer may be texted; the closing time itself is outside.</summary>
public sealed record SendWindow(TimeOnly Opens, TimeOnly Closes)
{
    public bool Contains(DateTimeOffset instant)
    {
        var time = TimeOnly.FromDateTime(Korea.TimeOf(instant).DateTime);
        return time >= Opens && time < Closes;
    }

    /// <summary>The instant itself when it is inside, otherwise the next opening.</summary>
    public DateTimeOffset NextInside(DateTimeOffset instant)
    {
        if (Contains(instant))
        {
            return instant;
        }

        var opening = Korea.At(Korea.DateOf(instant), Opens);
        return opening > instant ? opening : Korea.At(Korea.DateOf(instant).AddDays(1), Opens);
    }
}
