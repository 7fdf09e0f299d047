namespace Penalties.Rules;

/// <summary>What a provider knows an attempt by: the case and the attempt's number. It holds nothing personal.</summary>
internal static class MessageKey
{
    private const string Middle = "-sms-";

    public static string Of(string caseId, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{caseId}{Middle}{attempt}");

    /// <returns>The case, or null for a key that is none of ours.</returns>
    public static string? CaseOf(string key) =>
        key.IndexOf(Middle, StringComparison.Ordinal) is > 0 and var at && CaseId.IsWellFormed(key[..at], CaseKind.Penalty) ? key[..at] : null;
}
