namespace LocalHost.Sandbox.Nhn;

/// <summary>NHN's result codes of a request, as far as the sandbox gives them.</summary>
internal static class NhnCodes
{
    public const int Success = 0;
    public const int UnknownAppKey = -1000;
    public const int WrongSecretKey = -1001;
    public const int Repeated = -1005;
    public const int WrongDate = -2000;
    public const int NoRecipients = -2001;
    public const int NoSearchCondition = -2011;
    public const int EmptyText = -2014;
    public const int TextTooLong = -2015;
    public const int TooManyRecipients = -2016;
    public const int WrongRecipient = -2019;
    public const int DateInThePast = -2022;
    public const int NotEucKr = -2023;
    public const int Abroad = -2024;
    public const int UnregisteredSender = -2312;
    public const int RangeTooLong = -4000;
    public const int WrongJson = -9997;
    public const int NoSuchAddress = -9998;
    public const int Fault = -9999;

    private static readonly Dictionary<int, string> s_messages = new()
    {
        [Success] = "SUCCESS",
        [UnknownAppKey] = "no such app key",
        [WrongSecretKey] = "the secret key is missing or wrong",
        [Repeated] = "an order with this idempotency key was taken less than 10 minutes ago",
        [WrongDate] = "a date is not in the form required",
        [NoRecipients] = "there is no recipient",
        [NoSearchCondition] = "requestId, or a start and an end of create or request dates, is required",
        [EmptyText] = "title or body is empty",
        [TextTooLong] = "the title has more than 40 or the body more than 2,000 bytes",
        [TooManyRecipients] = "there are more than 1,000 recipients",
        [WrongRecipient] = "the recipient is no phone number",
        [DateInThePast] = "requestDate is in the past",
        [NotEucKr] = "title or body has a character outside EUC-KR",
        [Abroad] = "long texts are not sent abroad",
        [UnregisteredSender] = "the sender number is not registered",
        [RangeTooLong] = "the dates are more than a month apart",
        [WrongJson] = "the body is not the JSON expected",
        [NoSuchAddress] = "no such address",
        [Fault] = "the request could not be handled for the moment",
    };

    public static string Message(int code) => s_messages[code];

    public static object Header(int code) => new { isSuccessful = code == Success, resultCode = code, resultMessage = Message(code) };

    /// <summary>NHN says no with HTTP 200.</summary>
    public static Refusal Refuse(int code) => new(200, $"{code}: {Message(code)}", new { header = Header(code) }, SandboxJson.Camel);
}
