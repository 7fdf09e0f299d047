namespace Penalties.Rules;

/// <summary>How driver outcomes are written in contracts.</summary>
public static class OutcomeTerms
{
    private static readonly Dictionary<string, OutcomeKind> Kinds = new()
    {
        ["monitoring"] = OutcomeKind.Monitoring,
        ["re-education"] = OutcomeKind.ReEducation,
        ["warning"] = OutcomeKind.Warning,
        ["dispatch-restriction"] = OutcomeKind.DispatchRestriction,
        ["app-suspension"] = OutcomeKind.AppSuspension,
        ["no-violation"] = OutcomeKind.NoViolation,
    };

    public static IReadOnlyCollection<string> Names => Kinds.Keys;

    public static OutcomeKind? KindOf(string? name) => name is not null && Kinds.TryGetValue(name, out var kind) ? kind : null;

    public static string Name(this OutcomeKind kind) => Kinds.First(term => term.Value == kind).Key;
}
