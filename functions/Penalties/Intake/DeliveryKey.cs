using System.Security.Cryptography;
using System.Text;

namespace Penalties.Intake;

/// <summary>
/// Recognises a webhook sent again. It is made of what the signature covers, timestamp and body: the sender's own invocation id is not
/// signed, so a replayed request could carry a fresh one.
/// </summary>
public static class DeliveryKey
{
    /// <returns>32 lower-case hex digits.</returns>
    public static string Of(string timestamp, ReadOnlySpan<byte> body) =>
        Convert.ToHexStringLower(SHA256.HashData((byte[])[.. Encoding.UTF8.GetBytes(timestamp), .. body]))[..32];
}
