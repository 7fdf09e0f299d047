namespace LocalHost.Sandbox;

/// <summary>
/// What the outside world expects of its callers. The defaults are the sandbox's own, harmless credentials: whoever runs the app against
/// the sandbox gives the app the same ones.
/// </summary>
public sealed record SandboxOptions
{
    public const int UsualPort = 7080;

    /// <summary>Port on 127.0.0.1; 0 takes a free one (<see cref="SandboxServer.BaseAddress"/> tells which).</summary>
    public int Port { get; init; }

    /// <summary>Dates what is received: posts, blocks, messages, ticket updates. Signatures are checked by the wall clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where the sandbox's own work (delivery reports under way) is counted, when it runs in the process that waits for idleness.</summary>
    public WorkTracker? Work { get; init; }

    public CrmAccount Crm { get; init; } = new();

    public BoardAccount Board { get; init; } = new();

    public DriverAdminAccount DriverAdmin { get; init; } = new();

    public SmsAccount Sms { get; init; } = new();

    public NhnAccount Nhn { get; init; } = new();

    public IdentityAccount Identity { get; init; } = new();
}

/// <summary>A Zendesk account: one agent with an API token, one webhook.</summary>
public sealed record CrmAccount
{
    public string Email { get; init; } = "penalty-bot@example.com";

    public string ApiToken { get; init; } = "sandbox-zendesk-token";

    /// <summary>User id of the agent the token belongs to: author of comments that name none.</summary>
    public long AgentId { get; init; } = 900001;

    /// <summary>Signs webhooks for which the sender is given no other secret.</summary>
    public string WebhookSecret { get; init; } = "sandbox-zendesk-webhook-secret";

    public string AccountId { get; init; } = "21000001";

    public string WebhookId { get; init; } = "01SANDBOXWEBHOOK0000000001";
}

/// <summary>Agit: groups (boards) with their webhook tokens, and the bot that may read them.</summary>
public sealed record BoardAccount
{
    public IReadOnlyList<BoardGroup> Groups { get; init; } =
    [
        new("KOC", 300000101, "sandbox-agit-koc"),
        new("KMCC", 300000102, "sandbox-agit-kmcc"),
        new("KOC managers", 300000103, "sandbox-agit-koc-managers"),
        new("KMCC managers", 300000104, "sandbox-agit-kmcc-managers"),
    ];

    public string BotToken { get; init; } = "sandbox-agit-bot";
}

/// <param name="Name">The board's name in the received document, for example <c>KOC</c>.</param>
/// <param name="GroupId">Agit's id of the group, for the bot API.</param>
/// <param name="WebhookToken">The last part of the incoming webhook's address; the only authentication of a post.</param>
public sealed record BoardGroup(string Name, long GroupId, string WebhookToken);

public sealed record DriverAdminAccount
{
    public string Token { get; init; } = "sandbox-driver-admin-token";

    /// <summary>Signs the outcomes it pushes (Standard Webhooks).</summary>
    public string WebhookSecret { get; init; } = "whsec_c2FuZGJveC1kcml2ZXItYWRtaW4td2ViaG9vaw==";
}

/// <summary>The identity provider: it gives everybody a token.</summary>
public sealed record IdentityAccount
{
    /// <summary>Whom tokens are for.</summary>
    public string Audience { get; init; } = "penalty-requests";

    /// <summary>Real time.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(12);
}

/// <summary>A Solapi account.</summary>
public sealed record SmsAccount
{
    public string ApiKey { get; init; } = "SANDBOXKEY000001";

    public string ApiSecret { get; init; } = "SANDBOXSECRET000000000000000001";

    /// <summary>Registered sender numbers, digits only; empty: every number counts as registered.</summary>
    public IReadOnlyList<string> Senders { get; init; } = [];

    /// <summary>Balance in won, as the balance route tells it. Sending does not use it up.</summary>
    public decimal Balance { get; init; } = 100_000;

    /// <summary>Real time between two tries of a delivery report, whichever provider sends it.</summary>
    public TimeSpan ReportRetry { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>NHN Cloud's Notification SMS: one project.</summary>
public sealed record NhnAccount
{
    public string AppKey { get; init; } = "sandboxNhnAppKey";

    public string SecretKey { get; init; } = "sandbox-nhn-secret";

    /// <summary>Registered sender numbers, digits only; empty: every number counts as registered.</summary>
    public IReadOnlyList<string> Senders { get; init; } = [];

    public string WebhookConfigId { get; init; } = "sandboxNhnWebhook";

    /// <summary>Stands unchanged in the header of every result webhook.</summary>
    public string WebhookSignature { get; init; } = "sandbox-nhn-webhook-signature";
}
