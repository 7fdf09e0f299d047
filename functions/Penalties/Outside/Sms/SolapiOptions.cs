namespace Penalties.Outside.Sms;

/// <summary>Settings <c>Solapi:*</c>.</summary>
public sealed class SolapiOptions
{
    public const string Section = "Solapi";

    public Uri BaseUrl { get; set; } = new("https://api.solapi.com/");

    public string ApiKey { get; set; } = "";

    public string ApiSecret { get; set; } = "";

    /// <summary>The registered sender number, digits only. A false sender is a crime, so it comes from settings and from nowhere else.</summary>
    public string SenderNumber { get; set; } = "";

    internal IEnumerable<string> Problems() =>
    [
        .. SettingRules.HttpUrl($"{Section}:BaseUrl", BaseUrl),
        .. SettingRules.Required($"{Section}:ApiKey", ApiKey),
        .. SettingRules.Required($"{Section}:ApiSecret", ApiSecret),
        .. SenderNumber.Length is >= 8 and <= 11 && SenderNumber.All(char.IsAsciiDigit)
            ? Array.Empty<string>()
            : [$"{Section}:SenderNumber is not a sender number; 8 to 11 digits without hyphens are required."],
    ];
}
