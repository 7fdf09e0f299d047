namespace LocalHost.Sandbox.Nhn;

/// <summary><c>POST …/sender/mms</c>.</summary>
internal sealed record OrderBody(
    string? Title, string? Body, string? SendNo, string? RequestDate, string? SenderGroupingKey, IReadOnlyList<Recipient>? RecipientList);

internal sealed record Recipient(string? RecipientNo, string? CountryCode, string? RecipientGroupingKey);

/// <summary>What became of one recipient of an order.</summary>
internal sealed record RecipientView(string? RecipientNo, int ResultCode, string ResultMessage, int RecipientSeq, string? RecipientGroupingKey);

/// <summary>The filters of <c>GET …/sender/mms</c>; the dates are those of the order, by the wall clock.</summary>
internal sealed record OrderFilter
{
    public string? RequestId { get; init; }

    public string? SenderGroupingKey { get; init; }

    public string? RecipientNo { get; init; }

    public string? SendNo { get; init; }

    public string? MsgStatus { get; init; }

    public DateTimeOffset? Start { get; init; }

    public DateTimeOffset? End { get; init; }

    public bool Matches(NhnMessage message) =>
        (RequestId is null || RequestId == message.RequestId)
        && (SenderGroupingKey is null || SenderGroupingKey == message.SenderGroupingKey)
        && (RecipientNo is null || RecipientNo == message.RecipientNo)
        && (SendNo is null || SendNo == message.SendNo)
        && (MsgStatus is null || MsgStatus == message.MsgStatus)
        && !(message.OrderedAt < Start)
        && !(message.OrderedAt > End);
}
