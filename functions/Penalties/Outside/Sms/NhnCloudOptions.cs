namespace Penalties.Outside.Sms;

/// <summary>Settings <c>NhnCloud:*</c>.</summary>
public sealed class NhnCloudOptions
{
    public const string Section = "NhnCloud";

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);

    /// <summary>A minute less than the ten in which NHN recognises a repeat: for two clocks, and for an order under way.</summary>
    private static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(9);

    public Uri BaseUrl { get; set; } = new("https://sms.api.nhncloudservice.com/");

    public string AppKey { get; set; } = "";

    public string SecretKey { get; set; } = "";

    /// <summary>The registered sender number, digits only. A false sender is a crime, so it comes from settings and from nowhere else.</summary>
    public string SenderNumber { get; set; } = "";

    /// <summary>The text that was entered as the webhook's signature in NHN's console; it stands unchanged in every result webhook.</summary>
    public string WebhookSignature { get; set; } = "";

    /// <summary>How long after its reservation a message that cannot be found may still be ordered; see this folder's README.</summary>
    public TimeSpan RepeatWindow { get; set; } = LongestWindow;

    internal IEnumerable<string> Problems() =>
    [
        .. SettingRules.HttpUrl($"{Section}:BaseUrl", BaseUrl),
        .. SettingRules.Required($"{Section}:AppKey", AppKey),
        .. SettingRules.Required($"{Section}:SecretKey", SecretKey),
        .. SenderNumber.Length is >= 8 and <= 11 && SenderNumber.All(char.IsAsciiDigit)
            ? Array.Empty<string>()
            : [$"{Section}:SenderNumber is not a sender number; 8 to 11 digits without hyphens are required."],
        .. SettingRules.Required($"{Section}:WebhookSignature", WebhookSignature),
        .. SettingRules.Between($"{Section}:RepeatWindow", RepeatWindow, ShortestWindow, LongestWindow),
    ];
}
