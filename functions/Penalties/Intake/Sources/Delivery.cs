using System.Security.Cryptography;
using System.Text;

namespace Penalties.Intake.Sources;

/// <summary>
/// Recognises a webhook sent again: by a hash of what its signature covers, which catches a replay, and by the sender's own invocation id, which
/// catches its repetitions where they are signed anew. One of the two is enough.
/// </summary>
/// <param name="Key">32 lower-case hex digits.</param>
/// <param name="Invocation">The same, of the invocation's id; null where the sender gives none.</param>
public sealed record Delivery(string Key, string? Invocation = null)
{
    public IReadOnlyList<string> Keys => Invocation is null ? [Key] : [Key, Invocation];

    /// <param name="unique">What makes it unique beside its body: a timestamp, or an id.</param>
    public static Delivery Of(string unique, ReadOnlySpan<byte> body) => new(Hash([.. Encoding.UTF8.GetBytes(unique), .. body]));

    /// <summary>The key of an invocation's id, whatever a sender puts there.</summary>
    public static string? InvocationOf(string? id) => string.IsNullOrEmpty(id) ? null : Hash(Encoding.UTF8.GetBytes($"invocation|{id}"));

    private static string Hash(ReadOnlySpan<byte> value) => Convert.ToHexStringLower(SHA256.HashData(value))[..32];
}
