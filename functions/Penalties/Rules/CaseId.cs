using System.Security.Cryptography;
using System.Text;

namespace Penalties.Rules;

/// <summary>A case's id: the same for the same CRM account, ticket and kind, so that the same complaint is never a second case.</summary>
public static class CaseId
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <param name="ride">2, 3, …: another ride on the same ticket, where the ticket says so explicitly.</param>
    /// <returns>"pr-" or "cb-" and 16 base-32 digits, such as "pr-5k2m8q0v3x7c9d1f".</returns>
    public static string Of(string account, string ticket, CaseKind kind, int ride = 1)
    {
        // Lengths first: no two different triples give the same text.
        var further = ride == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"#{ride}");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{account.Length}:{account}{ticket.Length}:{ticket}{kind}{further}"));
        var id = string.Concat(hash.Take(16).Select(b => Digits[b & 31]));
        return kind switch
        {
            CaseKind.Penalty => $"pr-{id}",
            CaseKind.Callback => $"cb-{id}",
        };
    }

    /// <summary>Whether a text can be a case's id at all; anything else is not looked up.</summary>
    public static bool IsWellFormed(string id) => IsWellFormed(id, CaseKind.Penalty) || IsWellFormed(id, CaseKind.Callback);

    public static bool IsWellFormed(string id, CaseKind kind)
    {
        var prefix = kind switch
        {
            CaseKind.Penalty => "pr-",
            CaseKind.Callback => "cb-",
        };
        return id.Length == 19 && id.StartsWith(prefix, StringComparison.Ordinal) && id.AsSpan(3).IndexOfAnyExcept(Digits) < 0;
    }
}
