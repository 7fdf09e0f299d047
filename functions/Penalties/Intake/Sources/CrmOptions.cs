namespace Penalties.Intake.Sources;

/// <summary>Settings <c>Crm:*</c>: whose webhooks are taken at <c>POST /api/crm/{source}</c>.</summary>
public sealed class CrmOptions
{
    public const string Section = "Crm";

    /// <summary>By the name that stands in the address: 1 to 30 lower-case letters, digits and hyphens.</summary>
    public Dictionary<string, CrmSource> Sources { get; } = new(StringComparer.Ordinal);

    /// <param name="isDevelopment">Setting AZURE_FUNCTIONS_ENVIRONMENT, as the Functions tools set it on a developer's machine.</param>
    internal IEnumerable<string> Problems(bool isDevelopment) =>
    [
        .. Sources.Count > 0 ? Array.Empty<string>() : [$"{Section}:Sources is empty; at least one source is required, such as {Section}:Sources:zendesk:Secret."],
        .. Sources.SelectMany(one => Problems(one.Key, one.Value, isDevelopment)),
    ];

    private static IEnumerable<string> Problems(string name, CrmSource source, bool isDevelopment)
    {
        var setting = $"{Section}:Sources:{name}";
        return
        [
            .. name.Length is >= 1 and <= 30 && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
                ? Array.Empty<string>()
                : [$"{setting} is no name of a source; 1 to 30 lower-case letters, digits and hyphens are allowed."],
            .. source.Verifier is not Verifier.None || isDevelopment
                ? Array.Empty<string>()
                : [$"{setting}:Verifier is None; outside development allowed: Zendesk, StandardWebhooks, SharedHeader."],
            .. source.Problems(setting),
        ];
    }
}

/// <summary>How a sender proves that a webhook is its own.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verifier>))]
public enum Verifier
{
    /// <summary>HMAC over timestamp and body, in Zendesk's headers.</summary>
    Zendesk,

    /// <summary>Standard Webhooks: HMAC over id, timestamp and body; two secrets while the key changes.</summary>
    StandardWebhooks,

    /// <summary>A secret in a header, for senders that cannot sign.</summary>
    SharedHeader,

    /// <summary>No proof at all; only in development.</summary>
    None,
}

/// <summary>What a webhook of a source holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Mapper>))]
public enum Mapper
{
    /// <summary>The whole complaint, as <see cref="ComplaintForm"/>.</summary>
    Form,

    /// <summary>The ticket's id only: the ticket is fetched, and its custom fields are the complaint.</summary>
    Ticket,
}

/// <summary>One CRM whose webhooks are taken.</summary>
public sealed class CrmSource
{
    public Verifier Verifier { get; set; } = Verifier.Zendesk;

    public Mapper Mapper { get; set; } = Mapper.Form;

    /// <summary>The secret, or two with a space between while it changes.</summary>
    public string Secret { get; set; } = "";

    /// <summary>With <see cref="Verifier.SharedHeader"/>: the header the secret stands in.</summary>
    public string Header { get; set; } = "";

    /// <summary>The one account whose webhooks are taken, as its header says; empty: any that signs correctly.</summary>
    public string AccountId { get; set; } = "";

    /// <summary>The one webhook that is taken, as its header says; empty: any of the account.</summary>
    public string WebhookId { get; set; } = "";

    /// <summary>How old a signature may be.</summary>
    public TimeSpan SignatureAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How old the event in a webhook may be.</summary>
    public TimeSpan EventAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>With <see cref="Mapper.Ticket"/>: the account's name in case ids; never changed while cases are kept.</summary>
    public string Account { get; set; } = "";

    /// <summary>Field of the complaint (<c>driver_id</c>, <c>customer_phone</c> …) → id of the ticket's custom field that holds it.</summary>
    public Dictionary<string, long> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>Field of the complaint → value in the ticket → value it stands for, where a drop-down has values of its own.</summary>
    public Dictionary<string, Dictionary<string, string>> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Tag of the tickets the sweep looks for, in case their webhook never came; empty: no sweep.</summary>
    public string SweepTag { get; set; } = "";

    internal IReadOnlyList<string> Secrets => Secret.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    internal bool ReadsTickets => Mapper is Mapper.Ticket || SweepTag.Length > 0;

    internal IEnumerable<string> Problems(string setting) =>
    [
        .. Enum.IsDefined(Verifier) ? Array.Empty<string>() : [$"{setting}:Verifier is {Verifier}; allowed: {string.Join(", ", Enum.GetNames<Verifier>())}."],
        .. Enum.IsDefined(Mapper) ? Array.Empty<string>() : [$"{setting}:Mapper is {Mapper}; allowed: {string.Join(", ", Enum.GetNames<Mapper>())}."],
        .. SecretProblems(setting),
        .. Verifier is Verifier.SharedHeader ? SettingRules.Required($"{setting}:Header", Header) : [],
        .. ReadsTickets ? SettingRules.Required($"{setting}:Account", Account) : [],
        .. Account.Length == 0 || Id.IsWellFormed(Account) ? Array.Empty<string>() : [$"{setting}:Account is '{Account}'; 1 to 64 letters, digits and ._@:- are allowed."],
        .. ReadsTickets && Fields.Count == 0 ? [$"{setting}:Fields is empty; the custom fields of a complaint are required, such as {setting}:Fields:driver_id."] : Array.Empty<string>(),
        .. Fields.Keys.Union(Values.Keys).Where(field => !ComplaintForm.FieldNames.Contains(field))
            .Select(field => $"{setting}: '{field}' is no field of a complaint; allowed: {string.Join(", ", ComplaintForm.FieldNames.Order(StringComparer.Ordinal))}."),
        .. Fields.SelectMany(field => SettingRules.Positive($"{setting}:Fields:{field.Key}", field.Value)),
        .. SweepTag.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? Array.Empty<string>()
            : [$"{setting}:SweepTag is '{SweepTag}'; letters, digits, '_' and '-' are allowed."],
        .. SettingRules.Between($"{setting}:SignatureAge", SignatureAge, TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)),
        .. SettingRules.Between($"{setting}:EventAge", EventAge, TimeSpan.FromMinutes(5), TimeSpan.FromDays(30)),
    ];

    private IEnumerable<string> SecretProblems(string setting) => Verifier switch
    {
        Verifier.None => [],
        _ when Secrets.Count is 0 or > 2 => [$"{setting}:Secret holds {Secrets.Count} secrets; one, or two with a space between, are required."],
        Verifier.StandardWebhooks when !Secrets.All(Outside.StandardWebhook.IsSecret) =>
            [$"{setting}:Secret is no secret of Standard Webhooks; 'whsec_' and 24 to 64 bytes in base64 are required."],
        Verifier.SharedHeader when Secrets.Any(secret => secret.Length < 16) => [$"{setting}:Secret is too short; at least 16 characters are required."],
        _ => [],
    };
}
