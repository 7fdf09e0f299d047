using System.Security.Cryptography;
using System.Text;

namespace Penalties.Rules;

/// <summary>A case's id: the same for the same CRM account, ticket and kind, so that the same complaint is never a second case.</summary>
public static class CaseId
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <returns>"pr-" or "cb-" and 16 base-32 digits, such as "pr-5k2m8q0v3x7c9d1f".</returns>
    public static string Of(string account, string ticket, CaseKind kind)
    {
        // Lengths first: no two different triples give the same text.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{account.Length}:{account}{ticket.Length}:{ticket}{kind}"));
        var id = string.Concat(hash.Take(16).Select(b => Digits[b & 31]));
        return kind switch
        {
            CaseKind.Penalty => $"pr-{id}",
            CaseKind.Callback => $"cb-{id}",
        };
    }

    /// <summary>Whether a text can be a case's id at all; anything else is not looked up.</summary>
    public static bool IsWellFormed(string id) =>
        id.Length == 19 && id[..3] is "pr-" or "cb-" && id.AsSpan(3).IndexOfAnyExcept(Digits) < 0;
}
