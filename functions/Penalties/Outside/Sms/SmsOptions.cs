namespace Penalties.Outside.Sms;

/// <summary>Whose gateway the texts go through.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SmsProviderName>))]
public enum SmsProviderName
{
    Solapi,
    NhnCloud,
}

/// <summary>Settings <c>Sms:*</c>.</summary>
public sealed class SmsOptions
{
    public const string Section = "Sms";

    public SmsProviderName Provider { get; set; } = SmsProviderName.Solapi;

    /// <summary>Won; below it the daily look at the provider's balance warns. A text costs some 30 won.</summary>
    public int LowBalance { get; set; } = 10_000;

    /// <summary>Last part of the address delivery reports are posted to; empty: none are taken, and the provider is asked instead.</summary>
    public string ReportSecret { get; set; } = "";

    internal IEnumerable<string> Problems() =>
    [
        .. Enum.IsDefined(Provider)
            ? Array.Empty<string>()
            : [$"{Section}:Provider is {Provider}; allowed: {string.Join(", ", Enum.GetNames<SmsProviderName>())}."],
        .. SettingRules.Between($"{Section}:LowBalance", LowBalance, 0, 100_000_000),
        .. ReportSecret.Length is 0 or >= 16 && Id.IsWellFormed(ReportSecret.Length == 0 ? "-" : ReportSecret)
            ? Array.Empty<string>()
            : [$"{Section}:ReportSecret is no secret; 16 to 64 letters, digits and ._@:- are required, or none."],
    ];
}
