namespace FunctionsHosting.Clock;

/// <summary>From a real time on, what business time it was, until the next of the clock's jumps.</summary>
/// <param name="Business">What the business clock showed then.</param>
/// <param name="Speed">Business seconds per real second from then on.</param>
internal sealed record ClockMapping(DateTimeOffset Real, DateTimeOffset Business, double Speed)
{
    public DateTimeOffset BusinessTime(DateTimeOffset real) => Business + (real - Real) * Speed;
}

/// <summary>How a clock ran, in the order of real time; the oldest of very many jumps are forgotten.</summary>
internal sealed class ClockMappings : List<ClockMapping>
{
    private const int Most = 1000;

    public void Note(ClockMapping mapping)
    {
        if (Count == Most)
        {
            RemoveAt(0);
        }

        Add(mapping);
    }

    /// <summary>The mapping that held at an instant of real time; the first one also before it began.</summary>
    public ClockMapping At(DateTimeOffset real) => FindLast(m => m.Real <= real) ?? this[0];
}
