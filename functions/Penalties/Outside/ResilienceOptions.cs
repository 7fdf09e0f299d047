namespace Penalties.Outside;

/// <summary>Settings <c>Resilience:*</c>: how patient the app is with each outside system. All of it is real time.</summary>
public sealed class ResilienceOptions
{
    public const string Section = "Resilience";

    /// <summary>How long one try of a call may take.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a call may take with its repeats; only reads are repeated on the spot.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long before a read that failed is repeated; it doubles once.</summary>
    public TimeSpan RepeatAfter { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Calls to one system at the same time; more wait for their turn.</summary>
    public int ConcurrentCalls { get; set; } = 16;

    /// <summary>How many calls within <see cref="Sampling"/> it takes before a breaker judges.</summary>
    public int BreakerCalls { get; set; } = 10;

    /// <summary>The share of failed calls, 0 to 1, at which a breaker opens.</summary>
    public double BreakerRatio { get; set; } = 0.5;

    /// <summary>What a breaker looks back on.</summary>
    public TimeSpan Sampling { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open breaker lets nothing through before it tries one call.</summary>
    public TimeSpan BreakFor { get; set; } = TimeSpan.FromSeconds(15);

    internal IEnumerable<string> Problems() =>
    [
        .. SettingRules.Between($"{Section}:AttemptTimeout", AttemptTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
        .. SettingRules.Between($"{Section}:CallTimeout", CallTimeout, AttemptTimeout + TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(2)),
        .. SettingRules.Between($"{Section}:RepeatAfter", RepeatAfter, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10)),
        .. SettingRules.Between($"{Section}:ConcurrentCalls", ConcurrentCalls, 1, 1_000),
        .. SettingRules.Between($"{Section}:BreakerCalls", BreakerCalls, 2, 1_000_000),
        .. BreakerRatio is > 0 and <= 1 ? Array.Empty<string>() : [$"{Section}:BreakerRatio is {BreakerRatio}; above 0 and at most 1 is required."],
        .. SettingRules.Between($"{Section}:Sampling", Sampling, 2 * AttemptTimeout, TimeSpan.FromMinutes(10)),
        .. SettingRules.Between($"{Section}:BreakFor", BreakFor, TimeSpan.FromSeconds(0.5), TimeSpan.FromMinutes(10)),
    ];
}
