namespace Penalties.Access;

/// <summary>Who may call an HTTP function. Each carries exactly one of these; one without any is closed to everybody.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class AccessAttribute : Attribute;

/// <summary>Callers whose token has one of these roles.</summary>
public sealed class AllowedAttribute(Role roles) : AccessAttribute
{
    public Role Roles { get; } = roles;
}

/// <summary>Whoever signs the body: the function itself verifies the signature.</summary>
public sealed class SignedBySenderAttribute : AccessAttribute;

/// <summary>Everybody.</summary>
/// <param name="why">Why that does no harm.</param>
public sealed class OpenToAllAttribute(string why) : AccessAttribute
{
    public string Why { get; } = why;
}
