namespace Penalties;

/// <summary>
/// The app lives by two clocks. The business clock (calendar, due dates, reminders) may run fast or jump where the app is demonstrated or
/// tested, so it is a keyed service; the plain <see cref="TimeProvider"/>, which libraries take for time-outs and breakers, stays the wall clock.
/// </summary>
public static class Clocks
{
    /// <summary>Key of the business clock's <see cref="TimeProvider"/>; a host may register its own.</summary>
    public const string Business = "business";
}
