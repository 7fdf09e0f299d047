namespace Model.Tests.Fuzz;

/// <summary>Something a webhook did is not as it has to be.</summary>
/// <param name="what">The same text for the same mistake, whichever webhook shows it.</param>
/// <param name="number">Of the webhook that showed it; null when it was seen in the end.</param>
internal sealed class BrokenPromiseException(string what, long? number, string detail) : Exception($"{what}: {detail}")
{
    public string What { get; } = what;

    public long? Number { get; } = number;
}
