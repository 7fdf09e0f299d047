using System.Security.Cryptography;
using System.Text;

namespace Penalties.Outside;

/// <summary>
/// Standard Webhooks: HMAC-SHA256 over "id.timestamp.body" under the decoded part of a secret <c>whsec_…</c>. A sender that changes its key signs with
/// both for a while, and a receiver may know both. Contract: github.com/standard-webhooks, spec/standard-webhooks.md.
/// </summary>
public static class StandardWebhook
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string SecretPrefix = "whsec_";
    private const string Version = "v1,";

    /// <summary>How far the sender's clock may be from ours.</summary>
    private static readonly TimeSpan UsualTolerance = TimeSpan.FromMinutes(5);

    /// <returns>Such as "v1,g0hM9SsE…".</returns>
    public static string Of(string secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return Version + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), signed));
    }

    /// <param name="secrets">Those that count, at least one.</param>
    /// <param name="now">Wall-clock time.</param>
    /// <param name="tolerance">How far the sender's clock may be from ours; five minutes where nothing is said.</param>
    /// <returns>A problem code, or null when the body comes from who knows a secret, and lately.</returns>
    public static string? Problem(
        IReadOnlyList<string> secrets, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now, TimeSpan? tolerance = null)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signatures))
        {
            return "signature_missing";
        }

        var isSigned = false;
        foreach (var secret in secrets)
        {
            var expected = Encoding.UTF8.GetBytes(Of(secret, id, timestamp, body));
            foreach (var signature in signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                isSigned |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature));
            }
        }

        if (!isSigned)
        {
            return "signature_wrong";
        }

        return long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && Math.Abs(now.ToUnixTimeSeconds() - seconds) <= (tolerance ?? UsualTolerance).TotalSeconds
            ? null
            : "signature_stale";
    }

    /// <summary>Whether a text is a secret: the prefix and 24 to 64 bytes in base64.</summary>
    public static bool IsSecret(string text)
    {
        Span<byte> key = stackalloc byte[128];
        return text.StartsWith(SecretPrefix, StringComparison.Ordinal) && text.Length < 150
            && Convert.TryFromBase64String(text[SecretPrefix.Length..], key, out var length) && length is >= 24 and <= 64;
    }
}
