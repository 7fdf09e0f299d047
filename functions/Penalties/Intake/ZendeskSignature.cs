using System.Security.Cryptography;
using System.Text;

namespace Penalties.Intake;

/// <summary>
/// Zendesk's webhook signature: base64 of HMAC-SHA256 over timestamp + raw body, keyed with the secret as text. (An older copy of the
/// documentation has the two the other way round; Zendesk signs timestamp first.)
/// </summary>
public static class ZendeskSignature
{
    public const string SignatureHeader = "X-Zendesk-Webhook-Signature";

    public const string TimestampHeader = "X-Zendesk-Webhook-Signature-Timestamp";

    public static string Of(string secret, string timestamp, ReadOnlySpan<byte> body) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes(timestamp), .. body]));

    /// <param name="secrets">Those that count: one, or two while it changes.</param>
    /// <param name="now">Wall-clock time: the sender's clock is compared with it, not with the business clock.</param>
    /// <returns>A problem code, or null when the body comes from who knows the secret, and lately.</returns>
    public static string? Problem(
        IReadOnlyList<string> secrets, string? signature, string? timestamp, ReadOnlySpan<byte> body, DateTimeOffset now, TimeSpan age)
    {
        if (string.IsNullOrEmpty(signature) || string.IsNullOrEmpty(timestamp))
        {
            return "signature_missing";
        }

        var isSigned = false;
        foreach (var secret in secrets)
        {
            isSigned |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Of(secret, timestamp, body)), Encoding.UTF8.GetBytes(signature));
        }

        if (!isSigned)
        {
            return "signature_wrong";
        }

        return DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt)
            && (now - signedAt).Duration() <= age
            ? null
            : "signature_stale";
    }
}
