namespace Penalties.Outside.Crm;

/// <summary>Settings <c>Zendesk:*</c>.</summary>
public sealed class ZendeskOptions
{
    public const string Section = "Zendesk";

    /// <summary>Such as https://example.zendesk.com/.</summary>
    public Uri BaseUrl { get; set; } = null!;

    /// <summary>The agent our updates are made by; with <see cref="ApiToken"/> the API's credentials.</summary>
    public string Email { get; set; } = "";

    public string ApiToken { get; set; } = "";

    /// <summary>User id our comments are written by; empty: the token's own user.</summary>
    public long? AgentId { get; set; }

    /// <summary>Custom field that shows the case's state; 0: none.</summary>
    public long StateFieldId { get; set; }

    /// <summary>Custom field that shows the block's state to the agent on the line; 0: none.</summary>
    public long BlockFieldId { get; set; }

    /// <summary>Updates a minute, of this instance of the app; Zendesk allows 100 for an account.</summary>
    public int UpdatesPerMinute { get; set; } = 100;

    /// <summary>Updates of one ticket in ten minutes; Zendesk allows one user 30.</summary>
    public int UpdatesPerTicket { get; set; } = 30;

    /// <summary>How long a step waits for its turn before it is put off.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(60);

    internal IEnumerable<string> Problems() =>
    [
        .. SettingRules.Between($"{Section}:UpdatesPerMinute", UpdatesPerMinute, 1, 100_000),
        .. SettingRules.Between($"{Section}:UpdatesPerTicket", UpdatesPerTicket, 1, 100_000),
        .. SettingRules.Between($"{Section}:Patience", Patience, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
        .. SettingRules.HttpUrl($"{Section}:BaseUrl", BaseUrl),
        .. SettingRules.Required($"{Section}:Email", Email),
        .. SettingRules.Required($"{Section}:ApiToken", ApiToken),
    ];
}
