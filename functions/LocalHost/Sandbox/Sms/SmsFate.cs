using LocalHost.Sandbox.Sms;

namespace LocalHost.Sandbox;

/// <summary>What becomes of a message after the gateway sent it on.</summary>
public enum SmsResult
{
    Delivered,
    Failed,

    /// <summary>With the carrier, no result yet.</summary>
    Stays,
}

/// <param name="StatusCode">
/// A code of Solapi's or of NHN's that says this result. Null, and a code that the provider of the message does not have, take the provider's
/// usual one: Solapi 4000 delivered, 3040 failed (send time exceeded), 3000 stays; NHN 1000 delivered, 3001 failed (no subscriber), none while it stays.
/// </param>
public sealed record SmsFate(SmsResult Result, string? StatusCode = null)
{
    internal string CodeAt(SmsCodes provider) => StatusCode is { } code && provider.Says(Result, code) ? code : provider.Usual(Result);

    /// <summary>Why this cannot be: a code that says the result at no provider; null when it can.</summary>
    internal string? Problem => StatusCode is not { } code || SmsCodes.Providers.Any(provider => provider.Says(Result, code))
        ? null
        : $"statusCode '{code}' does not mean '{Result.ToString().ToLowerInvariant()}': {string.Join("; ", SmsCodes.Providers.Select(p => p.Help(Result)))}";
}

/// <param name="Url">Gets results by POST in the words of the message's provider; null: no reports.</param>
/// <param name="Repeat">How often each report is posted, 1 to 100, also when it was taken the first time.</param>
/// <param name="ShuffleOf">So many reports are gathered, then posted one after the other in a drawn order, 2 to 1,000; null: each at once.</param>
/// <param name="ShuffleSeed">Draws that order.</param>
public sealed record SmsReports(string? Url, int Repeat = 1, int? ShuffleOf = null, int? ShuffleSeed = null)
{
    internal IReadOnlyList<string> Problems()
    {
        const int mostRepeats = 100;
        const int mostGathered = 1_000;
        (bool Wrong, string Problem)[] checks =
        [
            (Url is not null && !Uri.TryCreate(Url, UriKind.Absolute, out _), "url must be an absolute address, or null for no reports"),
            (Repeat is < 1 or > mostRepeats, $"repeat must be 1 to {mostRepeats}"),
            (ShuffleOf is < 2 or > mostGathered, $"shuffleOf must be 2 to {mostGathered}"),
            (ShuffleOf is null != ShuffleSeed is null, "shuffleOf and shuffleSeed go together"),
        ];
        return [.. checks.Where(c => c.Wrong).Select(c => c.Problem)];
    }
}
