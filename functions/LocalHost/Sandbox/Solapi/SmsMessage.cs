using LocalHost.Sandbox.Sms;

namespace LocalHost.Sandbox.Solapi;

/// <summary>One registered message, accepted or refused. The gateway locks.</summary>
internal sealed class SmsMessage(string id, SmsGroup group, MessageBody body, string type, string statusCode, DateTimeOffset createdAt)
{
    public string Id { get; } = id;

    public SmsGroup Group { get; } = group;

    public string? To => body.To;

    public string? From => body.From;

    public string Type { get; } = type;

    public string StatusCode { get; private set; } = statusCode;

    /// <summary>Registered without error.</summary>
    public bool Accepted { get; } = statusCode == SolapiStatus.Accepted;

    public bool Settled { get; private set; }

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset UpdatedAt { get; private set; } = createdAt;

    public DateTimeOffset? SentAt { get; private set; }

    private IReadOnlyDictionary<string, string> CustomFields => body.CustomFields ?? SmsGroup.NoFields;

    public void Send(DateTimeOffset now)
    {
        SentAt = now;
        UpdatedAt = now;
        StatusCode = SolapiStatus.WithCarrier;
    }

    public void Meet(SmsFate fate, DateTimeOffset now)
    {
        StatusCode = fate.CodeAt(SmsCodes.Solapi);
        Settled = fate.Result != SmsResult.Stays;
        UpdatedAt = now;
    }

    public RegisteredView Registered() => new(
        To, From, Type, "82", Id, StatusCode, SolapiStatus.Message(StatusCode), SmsGateway.AccountId, CustomFields);

    /// <summary>As look-ups and delivery reports show it.</summary>
    public object View() => new
    {
        _id = Id,
        messageId = Id,
        groupId = Group.Id,
        accountId = SmsGateway.AccountId,
        type = Type,
        country = "82",
        to = To,
        from = From,
        subject = body.Subject,
        text = body.Text,
        imageId = (string?)null,
        status = Settled || !Accepted ? "COMPLETE" : SentAt is null ? "PENDING" : "SENDING",
        statusCode = StatusCode,
        statusMessage = SolapiStatus.Message(StatusCode),
        reason = (string?)null,
        networkName = Settled ? "ETC" : null,
        networkCode = (string?)null,
        customFields = CustomFields,
        autoTypeDetect = body.AutoTypeDetect ?? true,
        replacement = false,
        resendCount = 0,
        dateCreated = SmsGateway.Date(CreatedAt),
        dateUpdated = SmsGateway.Date(UpdatedAt),
        dateProcessed = SmsGateway.Date(SentAt),
        dateReceived = Settled && StatusCode == SolapiStatus.Delivered ? SmsGateway.Date(UpdatedAt) : null,
        dateReported = Settled ? SmsGateway.Date(UpdatedAt) : null,
        log = Array.Empty<object>(),
    };

    public ReceivedSms Received() => new()
    {
        MessageId = Id,
        GroupId = Group.Id,
        Type = Type,
        To = To ?? "",
        From = From ?? "",
        Text = body.Text ?? "",
        Subject = body.Subject,
        Bytes = EucKr.Bytes(body.Text ?? "") ?? 0,
        SubjectBytes = EucKr.Bytes(body.Subject ?? "") ?? 0,
        StatusCode = StatusCode,
        SentAt = SentAt ?? throw new InvalidOperationException($"message {Id} was not sent"),
        CustomFields = CustomFields,
        GroupCustomFields = Group.CustomFields,
    };
}
