using LocalHost.Sandbox.Sms;

namespace LocalHost.Sandbox.Solapi;

/// <summary>What the gateway looks at before it accepts a message.</summary>
internal static class MessageCheck
{
    public const string Sms = "SMS";
    public const string Lms = "LMS";

    private const int MostSmsBytes = 90;
    private const int MostLmsBytes = 2_000;
    private const int MostSubjectBytes = 40;
    private const int MostFieldName = 30;
    private const int MostFieldValue = 100;

    /// <summary>Type and status code: 2000 when accepted, 1xxx otherwise.</summary>
    public static (string Type, string StatusCode) Judge(MessageBody message, IReadOnlyList<string> senders, bool recipientKnown)
    {
        var type = message.Type?.ToUpperInvariant() ?? Detect(message);
        return (type, Code(message, type, senders, recipientKnown));
    }

    /// <summary>A subject, or more bytes than an SMS takes, make an LMS.</summary>
    private static string Detect(MessageBody message) =>
        !string.IsNullOrEmpty(message.Subject) || EucKr.Bytes(message.Text ?? "") > MostSmsBytes ? Lms : Sms;

    private static string Code(MessageBody message, string type, IReadOnlyList<string> senders, bool recipientKnown)
    {
        if (string.IsNullOrEmpty(message.To) || string.IsNullOrEmpty(message.From) || string.IsNullOrEmpty(message.Text))
        {
            return SolapiStatus.MissingField;
        }

        if (!message.To.All(char.IsAsciiDigit) || !message.From.All(char.IsAsciiDigit))
        {
            return SolapiStatus.WrongFormat;
        }

        if (type is not (Sms or Lms))
        {
            return SolapiStatus.WrongType;
        }

        if (message.KakaoOptions is not null)
        {
            return SolapiStatus.KakaoOptionsOnText;
        }

        if (type == Sms && !string.IsNullOrEmpty(message.Subject))
        {
            return SolapiStatus.SubjectOnSms;
        }

        if (EucKr.Bytes(message.Text) is not { } bytes || EucKr.Bytes(message.Subject ?? "") is not { } subjectBytes)
        {
            return SolapiStatus.NotEucKr;
        }

        if (bytes > (type == Sms ? MostSmsBytes : MostLmsBytes))
        {
            return SolapiStatus.TextTooLong;
        }

        if (subjectBytes > MostSubjectBytes)
        {
            return SolapiStatus.SubjectTooLong;
        }

        if (message.CustomFields?.Any(f => f.Key.Length > MostFieldName || f.Value.Length > MostFieldValue) == true)
        {
            return SolapiStatus.WrongCustomField;
        }

        if (senders.Count > 0 && !senders.Contains(message.From))
        {
            return SolapiStatus.UnregisteredSender;
        }

        return recipientKnown ? SolapiStatus.DuplicateRecipient : SolapiStatus.Accepted;
    }
}
