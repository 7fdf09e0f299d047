using System.Text.RegularExpressions;

namespace LocalHost.Sandbox.Sms;

/// <summary>The codes in which a provider says what became of a message.</summary>
internal sealed partial class SmsCodes(string name, Func<SmsResult, string> usual, Func<SmsResult, Regex> pattern)
{
    public static readonly SmsCodes Solapi = new(
        "Solapi",
        result => result switch
        {
            SmsResult.Delivered => "4000",
            SmsResult.Failed => "3040",
            SmsResult.Stays => "3000",
        },
        result => result switch
        {
            SmsResult.Delivered => SolapiDelivered(),
            SmsResult.Failed => SolapiFailed(),
            SmsResult.Stays => SolapiStays(),
        });

    /// <summary>While a message is under way it has no code.</summary>
    public static readonly SmsCodes Nhn = new(
        "NHN",
        result => result switch
        {
            SmsResult.Delivered => "1000",
            SmsResult.Failed => "3001",
            SmsResult.Stays => "",
        },
        result => result switch
        {
            SmsResult.Delivered => NhnDelivered(),
            SmsResult.Failed => NhnFailed(),
            SmsResult.Stays => NhnStays(),
        });

    public static readonly IReadOnlyList<SmsCodes> Providers = [Solapi, Nhn];

    public string Usual(SmsResult result) => usual(result);

    public bool Says(SmsResult result, string code) => pattern(result).IsMatch(code);

    /// <summary>Such as "Solapi: ^4000\z".</summary>
    public string Help(SmsResult result) => $"{name}: {pattern(result)}";

    [GeneratedRegex(@"^4000\z")]
    private static partial Regex SolapiDelivered();

    [GeneratedRegex(@"^(?!1000|2000|3000|4000)[0-9]{4}\z")]
    private static partial Regex SolapiFailed();

    [GeneratedRegex(@"^[23]000\z")]
    private static partial Regex SolapiStays();

    [GeneratedRegex(@"^1000\z")]
    private static partial Regex NhnDelivered();

    [GeneratedRegex(@"^(100[1-3]|1019|200[0-7]|30[01][0-9]|E9[0-9][0-9])\z")]
    private static partial Regex NhnFailed();

    [GeneratedRegex(@"^\z")]
    private static partial Regex NhnStays();
}
