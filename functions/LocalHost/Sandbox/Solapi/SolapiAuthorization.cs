namespace LocalHost.Sandbox.Solapi;

/// <summary>
/// Checks <c>Authorization: HMAC-SHA256 apiKey=…, date=…, salt=…, signature=…</c>: the key, a date within 15 minutes, a salt of 12 to 64
/// characters, the signature, and that no signature is used twice.
/// </summary>
internal sealed class SolapiAuthorization(SmsAccount account, TimeProvider wallClock)
{
    private const string Scheme = "HMAC-SHA256 ";

    private static readonly TimeSpan s_mostSkew = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldestFirst = new();

    /// <summary>Lower-case hex of HMAC-SHA256(date + salt), the secret's text as key.</summary>
    public static string Sign(string secret, string date, string salt) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(date + salt)));

    /// <summary>Null when the caller may go on; else status, error code and message.</summary>
    public (int Status, string Code, string Message)? Refuse(string header)
    {
        if (!header.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return (401, "Unauthorized", "Authorization must be HMAC-SHA256 with apiKey, date, salt and signature");
        }

        var parts = header[Scheme.Length..]
            .Split(',', StringSplitOptions.TrimEntries)
            .Select(p => p.Split('=', 2))
            .Where(p => p.Length == 2)
            .GroupBy(p => p[0], StringComparer.Ordinal)
            .ToDictionary(p => p.Key, p => p.First()[1], StringComparer.Ordinal);
        var date = parts.GetValueOrDefault("date", "");
        var salt = parts.GetValueOrDefault("salt", "");
        var signature = parts.GetValueOrDefault("signature", "");

        if (parts.GetValueOrDefault("apiKey") != account.ApiKey)
        {
            return (403, "InvalidAPIKey", "no such API key");
        }

        if (salt.Length is < 12 or > 64)
        {
            return (400, "ValidationError", "salt must have 12 to 64 characters");
        }

        if (!DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var dated))
        {
            return (400, "ValidationError", "date must be ISO 8601");
        }

        if ((wallClock.GetUtcNow() - dated).Duration() > s_mostSkew)
        {
            return (403, "RequestTimeTooSkewed", "date is more than 15 minutes from now");
        }

        var expected = Sign(account.ApiSecret, date, salt);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(expected)))
        {
            return (403, "SignatureDoesNotMatch", "the signature does not match");
        }

        return UseOnce(signature) ? null : (403, "DuplicatedSignature", "the signature was used before");
    }

    private bool UseOnce(string signature)
    {
        var now = wallClock.GetUtcNow();
        lock (_gate)
        {
            while (_oldestFirst.TryPeek(out var oldest) && _used[oldest] < now)
            {
                _used.Remove(_oldestFirst.Dequeue());
            }

            // A date may lie 15 minutes ahead: its signature is good for twice as long.
            if (!_used.TryAdd(signature, now + (2 * s_mostSkew)))
            {
                return false;
            }

            _oldestFirst.Enqueue(signature);
            return true;
        }
    }
}
