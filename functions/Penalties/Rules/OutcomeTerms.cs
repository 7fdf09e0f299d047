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

    /// <summary>
    /// Whether an outcome takes the place of the one that is known: the later decision does. Of two with one instant the kinds decide, so that
    /// the order in which they arrive does not.
    /// </summary>
    public static bool IsNewer(this PenaltyCase known, OutcomeKind kind, DateTimeOffset concludedAt) =>
        known.ConcludedAt is not { } at || concludedAt > at || (concludedAt == at && kind > known.OutcomeKind);

    /// <summary>What is wrong with who concluded it, or when: each begins with the name of its field.</summary>
    public static IEnumerable<string> Problems(string? decidedBy, DateTimeOffset? concludedAt, DateTimeOffset now) =>
    [
        .. decidedBy is not null && Id.IsWellFormed(decidedBy) && Actor.IsPerson(decidedBy)
            ? Array.Empty<string>()
            : ["decidedBy: the id of a person is required, at most 64 letters, digits and ._@:-."],
        // The deciding system's clock may be ahead of ours by a little.
        .. concludedAt <= now.AddMinutes(5) && concludedAt > now.AddYears(-1)
            ? Array.Empty<string>()
            : ["concludedAt: a time within the last year, such as 2026-09-20T10:00:00+09:00, is required."],
    ];

    public static string Name(this OutcomeKind kind) => Kinds.First(term => term.Value == kind).Key;
}
