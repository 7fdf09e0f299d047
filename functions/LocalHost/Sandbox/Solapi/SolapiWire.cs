namespace LocalHost.Sandbox.Solapi;

/// <summary><c>POST /messages/v4/groups</c>.</summary>
internal sealed record GroupBody(
    bool? AllowDuplicates, IReadOnlyDictionary<string, string>? CustomFields, string? AppId, string? SdkVersion, string? OsPlatform);

/// <summary><c>PUT /messages/v4/groups/{groupId}/messages</c>.</summary>
internal sealed record MessagesBody(IReadOnlyList<MessageBody>? Messages);

/// <summary><c>POST /messages/v4/send-many/detail</c>.</summary>
internal sealed record SendManyBody(
    IReadOnlyList<MessageBody>? Messages, bool? AllowDuplicates, bool? ShowMessageList, string? ScheduledDate, CallingProgram? Agent);

/// <summary>The program that calls, as it names itself; the group keeps it.</summary>
internal sealed record CallingProgram(string? AppId = null, string? SdkVersion = null, string? OsPlatform = null);

internal sealed record MessageBody(
    string? To,
    string? From,
    string? Text,
    string? Subject,
    string? Type,
    bool? AutoTypeDetect,
    JsonElement? KakaoOptions,
    IReadOnlyDictionary<string, string>? CustomFields);

/// <summary>What became of one message on registration.</summary>
internal sealed record RegisteredView(
    string? To,
    string? From,
    string Type,
    string Country,
    string MessageId,
    string StatusCode,
    string StatusMessage,
    string AccountId,
    IReadOnlyDictionary<string, string> CustomFields);

/// <summary>The filters of <c>GET /messages/v4/list</c>.</summary>
internal sealed record MessageFilter
{
    public IReadOnlySet<string> MessageIds { get; init; } = new HashSet<string>();

    public string? GroupId { get; init; }

    public string? To { get; init; }

    public string? From { get; init; }

    public string? Type { get; init; }

    public string? StatusCode { get; init; }

    /// <summary>Dates are those of the last update, not of the creation.</summary>
    public bool ByUpdate { get; init; }

    public DateTimeOffset? StartDate { get; init; }

    public DateTimeOffset? EndDate { get; init; }

    public bool Matches(SmsMessage message)
    {
        var date = ByUpdate ? message.UpdatedAt : message.CreatedAt;
        return (MessageIds.Count == 0 || MessageIds.Contains(message.Id))
            && (GroupId is null || GroupId == message.Group.Id)
            && (To is null || To == message.To)
            && (From is null || From == message.From)
            && (Type is null || string.Equals(Type, message.Type, StringComparison.OrdinalIgnoreCase))
            && (StatusCode is null || StatusCode == message.StatusCode)
            && !(date < StartDate)
            && !(date > EndDate);
    }
}
