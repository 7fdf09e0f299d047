using LocalHost.Sandbox.Sms;

namespace LocalHost.Sandbox.Nhn;

/// <summary>What NHN looks at before it takes an order.</summary>
internal static class OrderCheck
{
    private const int MostBodyBytes = 2_000;
    private const int MostTitleBytes = 40;
    private const int MostRecipients = 1_000;
    private const int MostDigits = 15;
    private const string Korea = "82";

    /// <summary>Result code of the whole order.</summary>
    public static int Judge(OrderBody order, IReadOnlyList<string> senders, DateTimeOffset now)
    {
        if (order.RecipientList is not { Count: > 0 } recipients)
        {
            return NhnCodes.NoRecipients;
        }

        if (recipients.Count > MostRecipients)
        {
            return NhnCodes.TooManyRecipients;
        }

        if (string.IsNullOrEmpty(order.Title) || string.IsNullOrEmpty(order.Body))
        {
            return NhnCodes.EmptyText;
        }

        if (EucKr.Bytes(order.Title) is not { } titleBytes || EucKr.Bytes(order.Body) is not { } bodyBytes)
        {
            return NhnCodes.NotEucKr;
        }

        if (titleBytes > MostTitleBytes || bodyBytes > MostBodyBytes)
        {
            return NhnCodes.TextTooLong;
        }

        if (recipients.Any(recipient => (recipient.CountryCode ?? Korea) != Korea))
        {
            return NhnCodes.Abroad;
        }

        if (string.IsNullOrEmpty(order.SendNo) || (senders.Count > 0 && !senders.Contains(order.SendNo)))
        {
            return NhnCodes.UnregisteredSender;
        }

        return order.RequestDate is null ? NhnCodes.Success : JudgeDate(order.RequestDate, now);
    }

    /// <summary>Result code of one recipient: the others' messages are sent all the same.</summary>
    public static int Judge(Recipient recipient) => recipient.RecipientNo is { Length: > 0 and <= MostDigits } number && number.All(char.IsAsciiDigit)
        ? NhnCodes.Success
        : NhnCodes.WrongRecipient;

    /// <summary>The sandbox does not schedule: a date that is right is taken for a fault of the caller's.</summary>
    private static int JudgeDate(string date, DateTimeOffset now) => NhnTime.Read(date, "yyyy-MM-dd HH:mm") is not { } wanted
        ? NhnCodes.WrongDate
        : wanted < now ? NhnCodes.DateInThePast : NhnCodes.Fault;
}
