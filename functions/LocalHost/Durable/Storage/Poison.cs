namespace LocalHost.Durable.Storage;

/// <summary>Why an instance is set aside: what the engine failed on, after how many attempts, and since when (business time).</summary>
internal sealed record Poison(string Cause, int Attempts, DateTimeOffset Since)
{
    /// <summary>The truth value by which poisoned instances are found.</summary>
    public const string Flag = "Poisoned";

    private const int LongestCause = 2_000;

    /// <summary>What takes the mark off again.</summary>
    public static IReadOnlyDictionary<string, object> None { get; } = new Dictionary<string, object> { [Flag] = false };

    public Dictionary<string, object> Values() => new()
    {
        [Flag] = true,
        ["PoisonCause"] = Cause.Length <= LongestCause ? Cause : Cause[..LongestCause],
        ["PoisonAttempts"] = Attempts,
        ["PoisonedSince"] = Since,
    };

    public static Poison? From(TaskHubRow row) => row.Flag(Flag)
        ? new(row.Text("PoisonCause") ?? string.Empty, row.Number("PoisonAttempts"), row.Instant("PoisonedSince") ?? default)
        : null;
}
