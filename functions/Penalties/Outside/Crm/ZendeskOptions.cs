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

    /// <summary>The webhook's signing secret, as text.</summary>
    public string WebhookSecret { get; set; } = "";

    /// <summary>The one account whose webhooks are taken; empty: any that signs correctly.</summary>
    public string AccountId { get; set; } = "";

    /// <summary>How old a signature may be.</summary>
    public TimeSpan SignatureAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How old the event in a webhook may be.</summary>
    public TimeSpan EventAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Custom field that shows the case's state; 0: none.</summary>
    public long StateFieldId { get; set; }

    /// <summary>Custom field that shows the block's state to the agent on the line; 0: none.</summary>
    public long BlockFieldId { get; set; }

    internal IEnumerable<string> Problems() =>
    [
        .. SettingRules.HttpUrl($"{Section}:BaseUrl", BaseUrl),
        .. SettingRules.Required($"{Section}:Email", Email),
        .. SettingRules.Required($"{Section}:ApiToken", ApiToken),
        .. SettingRules.Required($"{Section}:WebhookSecret", WebhookSecret),
        .. SettingRules.Between($"{Section}:SignatureAge", SignatureAge, TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)),
        .. SettingRules.Between($"{Section}:EventAge", EventAge, TimeSpan.FromMinutes(5), TimeSpan.FromDays(30)),
    ];
}
