namespace Penalties.Rules;

/// <summary>Who writes to an activity log without being a person.</summary>
public static class Actor
{
    /// <summary>The program itself.</summary>
    public const string System = "system";

    public const string DriverAdmin = "driver-admin";

    /// <summary>Whether the name can stand for a person who decided something.</summary>
    public static bool IsPerson(string? name) => !string.IsNullOrWhiteSpace(name) && name is not (System or DriverAdmin);
}
