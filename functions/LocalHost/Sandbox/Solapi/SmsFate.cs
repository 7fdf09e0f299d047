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
}

/// <param name="Url">Gets a JSON array of messages by POST; null: no reports.</param>
public sealed record SmsReports(string? Url);
