namespace Microsoft.DurableTask;

/// <summary>Order of versions: none is lowest, numbers compare as numbers, anything else as text without case.</summary>
internal static class OrchestrationVersion
{
    public static int Compare(string? left, string? right) => (string.IsNullOrWhiteSpace(left), string.IsNullOrWhiteSpace(right)) switch
    {
        (true, true) => 0,
        (true, false) => -1,
        (false, true) => 1,
        (false, false) => System.Version.TryParse(left, out var a) && System.Version.TryParse(right, out var b)
            ? a.CompareTo(b)
            : string.Compare(left, right, StringComparison.OrdinalIgnoreCase),
    };
}
