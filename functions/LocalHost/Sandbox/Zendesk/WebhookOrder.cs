namespace LocalHost.Sandbox;

/// <summary>A signed webhook to be sent now.</summary>
public sealed record WebhookOrder
{
    public required string TargetUrl { get; init; }

    /// <summary>The raw body; signed and sent byte for byte, valid JSON or not.</summary>
    public required string Body { get; init; }

    /// <summary>Another secret than the account's.</summary>
    public string? Secret { get; init; }

    /// <summary>The timestamp header as text; the wall clock when null. It is signed as given.</summary>
    public string? Timestamp { get; init; }

    public string? AccountId { get; init; }

    public string? WebhookId { get; init; }

    /// <summary>The invocation's id; a new one when null. Repeats carry the same.</summary>
    public string? InvocationId { get; init; }

    /// <summary>How often it is sent in all, one after the other; 1 to 1,000.</summary>
    public int Repeat { get; init; } = 1;

    internal IReadOnlyList<string> Problems()
    {
        const int most = 1_000;
        var targetKnown = Uri.TryCreate(TargetUrl, UriKind.Absolute, out var target) && target.Scheme is "http" or "https";
        (bool Wrong, string Problem)[] checks =
        [
            (!targetKnown, "targetUrl must be an absolute http or https address"),
            (Body is null, "body must be text"),
            (Repeat is < 1 or > most, $"repeat must be 1 to {most}"),
        ];
        return [.. checks.Where(c => c.Wrong).Select(c => c.Problem)];
    }
}

/// <summary>What the target of a webhook or a push answered.</summary>
/// <param name="Location">The header, or null.</param>
/// <param name="RetryAfter">The header as text, or null.</param>
public sealed record TargetAnswer(int Status, string? Location, string? RetryAfter, string Body);
