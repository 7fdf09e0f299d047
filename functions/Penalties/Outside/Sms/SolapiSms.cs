using System.Net;

namespace Penalties.Outside.Sms;

/// <summary>
/// Solapi v4. One message is one group: the group's id is known before anything is sent, so a send whose answer was lost is looked up
/// exactly and never guessed. Contract: create group → add message → send → get.
/// </summary>
public sealed class SolapiSms(HttpClient http, IOptions<SolapiOptions> options) : ISmsProvider
{
    private const string System = "sms";

    private const string KeyField = "key";

    /// <summary>Status code of a message the provider has taken.</summary>
    private const string Accepted = "2000";

    private readonly SolapiOptions _options = options.Value;

    /// <returns>The id of an empty group; nothing is sent by making one.</returns>
    public async Task<string> Reserve(string key, CancellationToken cancellation)
    {
        var body = new { allowDuplicates = false, customFields = new Dictionary<string, string> { [KeyField] = key } };
        var group = await Call<Group>("group-create", HttpMethod.Post, "messages/v4/groups", body, cancellation);
        return group.GroupId;
    }

    /// <summary>
    /// Puts the message into its group and sends the group, doing only what is not done yet. Another run of the same step may have done it
    /// meanwhile: what was refused is decided by what then stands in the group.
    /// </summary>
    /// <param name="mayStillSend">Asked right before the send order; when it says no, what stands there comes back unsent.</param>
    public async Task<SmsProgress> Send(
        string groupId, string toE164, FeedbackMessage message, Func<Task<bool>> mayStillSend, CancellationToken cancellation)
    {
        var (progress, several, key) = await LookInto(groupId, cancellation);
        if (progress is { IsSent: false, HasMessage: false })
        {
            var refusal = await Add(groupId, Wire(toE164, message, key), cancellation);
            (progress, several, _) = await LookInto(groupId, cancellation);
            if (progress is { IsSent: false, HasMessage: false })
            {
                return refusal is null
                    ? throw new OutsideSystemUnavailableException(System, "group-add", "message_missing")
                    : progress with { RefusedWith = refusal };
            }
        }

        if (progress.IsSent || progress.RefusedWith is not null || !await mayStillSend())
        {
            return progress;
        }

        if (several)
        {
            // Two runs of the step each added one: ordered, the group would be two texts.
            throw new OutsideSystemUnavailableException(System, "group-send", "several_messages");
        }

        var sendRefusal = await Order(groupId, cancellation);
        progress = await Look(groupId, cancellation);
        return progress switch
        {
            { IsSent: true } or { RefusedWith: not null } => progress,
            { HasMessage: false } => progress with { RefusedWith = sendRefusal ?? "message_missing" },
            // An accepted message is still there to be sent: that is no refusal of the message.
            _ => throw new OutsideSystemUnavailableException(System, "group-send", sendRefusal ?? "not_sent"),
        };
    }

    /// <returns>The status code with which the provider refuses the message for good, or null.</returns>
    private async Task<string?> Add(string groupId, object message, CancellationToken cancellation)
    {
        const string Operation = "group-add";
        using var request = Request(HttpMethod.Put, $"{Path(groupId)}/messages", new { messages = new[] { message } });
        using var response = await http.SendTo(System, Operation, request, cancellation);
        if (IsForGood(response.StatusCode))
        {
            return await CodeOf(response, Operation, cancellation);
        }

        var added = await response.OrUnavailable(System, Operation).ReadAs<Added>(System, Operation, cancellation);
        return added.ErrorCount == 0 ? null : added.ResultList.FirstOrDefault(result => result.StatusCode != Accepted)?.StatusCode ?? "refused";
    }

    /// <returns>The code with which the provider refuses to send the group, or null.</returns>
    private async Task<string?> Order(string groupId, CancellationToken cancellation)
    {
        const string Operation = "group-send";
        using var request = Request(HttpMethod.Post, $"{Path(groupId)}/send", null);
        using var response = await http.SendTo(System, Operation, request, cancellation);
        if (IsForGood(response.StatusCode))
        {
            return await CodeOf(response, Operation, cancellation);
        }

        response.OrUnavailable(System, Operation);
        return null;
    }

    /// <summary>Not a lack of permission, money or pace, which others mend: the same request would be refused again.</summary>
    private static bool IsForGood(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity;

    private static async Task<string> CodeOf(HttpResponseMessage response, string operation, CancellationToken cancellation)
    {
        try
        {
            return (await response.ReadAs<Error>(System, operation, cancellation)).ErrorCode ?? OutsideCall.Code(response.StatusCode);
        }
        catch (OutsideSystemUnavailableException)
        {
            // A refusal without the provider's JSON is one all the same; its status says which.
            return OutsideCall.Code(response.StatusCode);
        }
    }

    /// <summary>What the provider knows of the group. Where several runs left several messages in it, the one that came furthest counts.</summary>
    public async Task<SmsProgress> Look(string groupId, CancellationToken cancellation) => (await LookInto(groupId, cancellation)).Progress;

    /// <returns>The progress, whether several messages wait in the group to be sent, and the key the group was made with.</returns>
    private async Task<(SmsProgress Progress, bool Several, string? Key)> LookInto(string groupId, CancellationToken cancellation)
    {
        var group = await Call<Group>("look-up", HttpMethod.Get, Path(groupId), null, cancellation);
        var list = await Call<MessageList>("look-up", HttpMethod.Get, $"{Path(groupId)}/messages", null, cancellation);
        var message = list.Messages.Values.MinBy(candidate => Rank(candidate.StatusCode));
        var isSent = group.Status is not ("PENDING" or "SCHEDULED");
        var progress = new SmsProgress(
            isSent,
            HasMessage: message is not null,
            Delivery: message is null ? SmsDelivery.Underway : SmsStatusCodes.Solapi.DeliveryOf(message.StatusCode),
            StatusCode: message?.StatusCode,
            // A refused message stays in its group under a 1xxx code, and a group with nothing else can never be sent.
            RefusedWith: !isSent && message?.StatusCode is ['1', ..] code ? code : null);
        return (progress, list.Messages.Values.Count(one => one.StatusCode is not ['1', ..]) > 1, group.CustomFields?.GetValueOrDefault(KeyField));
    }

    private static int Rank(string? statusCode) => statusCode is ['1', ..] ? int.MaxValue : SmsStatusCodes.Solapi.DeliveryOf(statusCode).Rank();

    public async Task<decimal?> Balance(CancellationToken cancellation) =>
        (await Call<Account>("balance", HttpMethod.Get, "cash/v1/balance", null, cancellation)).Balance;

    private object Wire(string toE164, FeedbackMessage message, string? key) => new
    {
        to = PhoneNumber.National(toE164),
        from = _options.SenderNumber,
        type = "LMS",
        subject = message.Subject,
        text = message.Body,
        autoTypeDetect = false,
        // Comes back in the delivery report, and tells which case it is about.
        customFields = key is null ? [] : new Dictionary<string, string> { [KeyField] = key },
    };

    private async Task<T> Call<T>(string operation, HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        using var request = Request(method, path, body);
        using var response = (await http.SendTo(System, operation, request, cancellation)).OrUnavailable(System, operation);
        return await response.ReadAs<T>(System, operation, cancellation);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, object? body) => new(method, new Uri(_options.BaseUrl.Dir(), path))
    {
        Content = body is null ? null : JsonContent.Create(body),
    };

    private static string Path(string groupId) => $"messages/v4/groups/{Uri.EscapeDataString(groupId)}";

    private sealed record Group(
        [property: JsonPropertyName("groupId")] string GroupId,
        [property: JsonPropertyName("status")] string? Status,
        [property: JsonPropertyName("customFields")] IReadOnlyDictionary<string, string>? CustomFields = null);

    private sealed record Account([property: JsonPropertyName("balance")] decimal Balance);

    private sealed record Error([property: JsonPropertyName("errorCode")] string? ErrorCode);

    private sealed record Added(
        [property: JsonPropertyName("errorCount")] int ErrorCount,
        [property: JsonPropertyName("resultList")] IReadOnlyList<AddedMessage> ResultList);

    private sealed record AddedMessage([property: JsonPropertyName("statusCode")] string? StatusCode);

    private sealed record MessageList([property: JsonPropertyName("messageList")] IReadOnlyDictionary<string, StoredMessage> Messages);

    private sealed record StoredMessage([property: JsonPropertyName("statusCode")] string? StatusCode);
}
