namespace Penalties.Access;

/// <summary>What a caller is at the customer centre, by the roles in its token.</summary>
[Flags]
public enum Role
{
    None = 0,

    /// <summary>Speaks with customers.</summary>
    Agent = 1,

    /// <summary>Decides what only a person may decide.</summary>
    Manager = 2,

    /// <summary>Runs the installation; sees no customer's data.</summary>
    Operator = 4,

    /// <summary>Reads who did and saw what; changes nothing.</summary>
    Auditor = 8,
}

/// <summary>Who calls: a person of the identity provider, with the roles it was given there.</summary>
/// <param name="Person">1 to 64 letters, digits and <c>._@:-</c>; stands in activity and access logs.</param>
public sealed record Caller(string Person, Role Roles)
{
    /// <summary>
    /// Whether the caller is told what was decided about a driver, and by whom. Who speaks with customers cannot let slip what it was never shown,
    /// and who runs the installation does not need it: both see only that something was decided.
    /// </summary>
    public bool SeesOutcomes => (Roles & (Role.Manager | Role.Auditor)) != Role.None;
}

/// <summary>Names of roles as tokens carry them.</summary>
internal static class RoleNames
{
    /// <summary>Every single role.</summary>
    public static readonly IReadOnlyList<Role> All = [Role.Agent, Role.Manager, Role.Operator, Role.Auditor];

    public static string Of(Role roles) => string.Join(", ", All.Where(role => roles.HasFlag(role)).Select(role => role.ToString().ToLowerInvariant()));

    /// <summary>What the names of a token stand for; names of other applications' roles stand for nothing here.</summary>
    public static Role Parse(IEnumerable<string> names) => names
        .Select(name => All.FirstOrDefault(role => role.ToString().Equals(name, StringComparison.OrdinalIgnoreCase)))
        .Aggregate(Role.None, (all, role) => all | role);
}
