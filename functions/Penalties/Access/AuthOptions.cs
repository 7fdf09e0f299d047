namespace Penalties.Access;

/// <summary>Settings <c>Auth:*</c>: the identity provider whose bearer tokens are taken.</summary>
public sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>The issuer, such as https://login.microsoftonline.com/{tenant}/v2.0; its keys are found by OpenID Connect discovery.</summary>
    public Uri Authority { get; set; } = null!;

    /// <summary>The audience a token has to be made for.</summary>
    public string Audience { get; set; } = "";

    /// <summary>Claim that names the person; a token without it is named by <c>sub</c>.</summary>
    public string PersonClaim { get; set; } = "preferred_username";

    /// <summary>Claim that lists the roles.</summary>
    public string RolesClaim { get; set; } = "roles";

    internal IEnumerable<string> Problems() =>
    [
        .. SettingRules.HttpUrl($"{Section}:Authority", Authority),
        .. Authority is { IsAbsoluteUri: true, Scheme: "http", IsLoopback: false }
            ? new[] { $"{Section}:Authority is '{Authority}'; outside this machine an https URL is required." }
            : [],
        .. SettingRules.Required($"{Section}:Audience", Audience),
        .. SettingRules.Required($"{Section}:PersonClaim", PersonClaim),
        .. SettingRules.Required($"{Section}:RolesClaim", RolesClaim),
    ];
}
