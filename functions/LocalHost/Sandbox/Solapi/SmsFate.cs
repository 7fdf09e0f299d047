namespace LocalHost.Sandbox;

/// <summary>What becomes of a message after the gateway sent it on.</summary>
public enum SmsResult
{
    Delivered,
    Failed,

    /// <summary>With the carrier, no result yet.</summary>
    Stays,
}

/// <param name="StatusCode">Solapi's four digits; null takes the usual one: 4000 delivered, 3040 failed (send time exceeded), 3000 stays.</param>
public sealed record SmsFate(SmsResult Result, string? StatusCode = null)
{
    internal string Code => StatusCode ?? Result switch
    {
        SmsResult.Delivered => "4000",
        SmsResult.Failed => "3040",
        SmsResult.Stays => "3000",
    };

    /// <summary>Why this cannot be: a code that says something else than the result; null when it can.</summary>
    internal string? Problem => Result switch
    {
        SmsResult.Delivered when Code != "4000" => "statusCode must be 4000 for 'delivered'",
        SmsResult.Failed when Code.Length != 4 || !Code.All(char.IsAsciiDigit) || Code is "2000" or "3000" or "4000" =>
            "statusCode must be four digits other than 2000, 3000 and 4000 for 'failed'",
        SmsResult.Stays when Code is not ("2000" or "3000") => "statusCode must be 2000 or 3000 for 'stays'",
        SmsResult.Delivered or SmsResult.Failed or SmsResult.Stays => null,
    };
}

/// <param name="Url">Gets a JSON array of messages by POST; null: no reports.</param>
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
