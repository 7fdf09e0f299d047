using LocalHost.Sandbox.Sms;

namespace LocalHost.Sandbox.Nhn;

/// <summary>One recipient's message of an order that was taken. The gateway locks.</summary>
/// <param name="orderedAt">By the wall clock, which the list goes by.</param>
/// <param name="sentAt">By the sandbox's clock, which the received document goes by.</param>
internal sealed class NhnMessage(string requestId, int recipientSeq, OrderBody order, Recipient recipient, DateTimeOffset orderedAt, DateTimeOffset sentAt)
{
    private const string InWork = "2";
    private const string Sent = "3";
    private const string Failed = "0";
    private const string Duplicate = "5";

    private DateTimeOffset? _resultAt;

    public string RequestId { get; } = requestId;

    public DateTimeOffset OrderedAt { get; } = orderedAt;

    public DateTimeOffset SentAt { get; } = sentAt;

    public string? SenderGroupingKey => order.SenderGroupingKey;

    public string? RecipientNo => recipient.RecipientNo;

    public string? SendNo => order.SendNo;

    public string MsgStatus { get; private set; } = InWork;

    public string? ResultCode { get; private set; }

    public bool Settled => ResultCode is not null;

    /// <summary>Names one message in the control routes; NHN itself has no name for it.</summary>
    public string Id => $"{RequestId}-{recipientSeq}";

    /// <summary>A carrier's failure is one of a message that was sent; NHN's own (E…) is one that was not.</summary>
    public void Meet(SmsFate fate, DateTimeOffset now)
    {
        if (fate.Result is SmsResult.Stays)
        {
            return;
        }

        ResultCode = fate.CodeAt(SmsCodes.Nhn);
        MsgStatus = ResultCode == "E915" ? Duplicate : ResultCode.StartsWith('E') ? Failed : Sent;
        _resultAt = now;
    }

    /// <summary>As the list shows it.</summary>
    public object View() => new
    {
        requestId = RequestId,
        requestDate = NhnTime.Write(OrderedAt, "yyyy-MM-dd HH:mm:ss.0"),
        resultDate = _resultAt is { } at ? NhnTime.Write(at, "yyyy-MM-dd HH:mm:ss.0") : null,
        templateId = (string?)null,
        templateName = (string?)null,
        categoryId = (int?)null,
        categoryName = (string?)null,
        title = order.Title,
        body = order.Body,
        sendNo = SendNo,
        countryCode = "82",
        recipientNo = RecipientNo,
        msgStatus = MsgStatus,
        msgStatusName = MsgStatus switch { InWork => "처리중", Sent => "성공", Duplicate => "중복실패", _ => "실패" },
        resultCode = ResultCode,
        resultCodeName = ResultCode is null ? null : ResultCode == SmsCodes.Nhn.Usual(SmsResult.Delivered) ? "성공" : "실패",
        telecomCode = (int?)null,
        telecomCodeName = (string?)null,
        recipientSeq,
        sendType = "1",
        messageType = "LMS",
        messageCount = 1,
        userId = (string?)null,
        adYn = "N",
        attachFileList = Array.Empty<object>(),
        resultMessage = "",
        senderGroupingKey = SenderGroupingKey,
        recipientGroupingKey = recipient.RecipientGroupingKey,
    };

    /// <summary>As a result webhook shows it.</summary>
    public object Hook(string hookId, string self) => new
    {
        hookId,
        senderType = "NORMAL_MMS",
        requestId = RequestId,
        recipientSeq,
        requestDate = NhnTime.Write(OrderedAt, "yyyy-MM-dd'T'HH:mm:ss"),
        receiveDate = NhnTime.Write(_resultAt ?? OrderedAt, "yyyy-MM-dd'T'HH:mm:ss"),
        sendNo = SendNo,
        recipientNo = RecipientNo,
        messageStatus = MsgStatus switch { Sent => "COMPLETED", Duplicate => "DUPLICATED", _ => "FAILED" },
        recipientGroupingKey = recipient.RecipientGroupingKey,
        senderGroupingKey = SenderGroupingKey,
        resultCode = ResultCode,
        messageCount = 1,
        _links = new { self = new { href = $"{self}/{RequestId}?recipientSeq={recipientSeq}" } },
    };

    public ReceivedSms Received() => new()
    {
        MessageId = Id,
        GroupId = RequestId,
        Type = "LMS",
        To = RecipientNo ?? "",
        From = SendNo ?? "",
        Text = order.Body ?? "",
        Subject = order.Title,
        Bytes = EucKr.Bytes(order.Body ?? "") ?? 0,
        SubjectBytes = EucKr.Bytes(order.Title ?? "") ?? 0,
        StatusCode = ResultCode ?? "",
        SentAt = SentAt,
        CustomFields = SenderGroupingKey is { } key ? new Dictionary<string, string> { ["senderGroupingKey"] = key } : new(),
    };
}
