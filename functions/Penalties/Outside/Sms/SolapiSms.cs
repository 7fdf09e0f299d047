using System.Net;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Penalties.Rules;

namespace Penalties.Outside.Sms;

/// <summary>
/// Solapi v4. One message is one group: the group's id is known before anything is sent, so a send whose answer was lost is looked up
/// exactly and never guessed. Contract: create group → add message → send → get.
/// </summary>
public sealed class SolapiSms(HttpClient http, IOptions<SolapiOptions> options)
{
    private const string System = "sms";

    /// <summary>Status code of a message the provider has taken.</summary>
    private const string Accepted = "2000";

    private readonly SolapiOptions _options = options.Value;

    /// <returns>The id of an empty group; nothing is sent by making one.</returns>
    public async Task<string> Reserve(string key, CancellationToken cancellation)
    {
        var body = new { allowDuplicates = false, customFields = new Dictionary<string, string> { ["key"] = key } };
        var group = await Call<Group>("group-create", HttpMethod.Post, "messages/v4/groups", body, cancellation);
        return group.GroupId;
    }

    /// <summary>Puts the message into its group and sends the group, doing only what is not done yet.</summary>
    public async Task<SmsProgress> Send(string groupId, string toE164, FeedbackMessage message, CancellationToken cancellation)
    {
        var progress = await Look(groupId, cancellation);
        if (progress.RefusedWith is not null)
        {
            return progress;
        }

        if (progress is { IsSent: false, HasMessage: false })
        {
            if (await Add(groupId, toE164, message, cancellation) is { } refusal)
            {
                return progress with { RefusedWith = refusal };
            }
        }

        if (!progress.IsSent)
        {
            await Call<Group>("group-send", HttpMethod.Post, $"{Path(groupId)}/send", null, cancellation);
        }

        return await Look(groupId, cancellation);
    }

    /// <returns>The status code with which the provider refuses the message for good, or null.</returns>
    private async Task<string?> Add(string groupId, string toE164, FeedbackMessage message, CancellationToken cancellation)
    {
        const string Operation = "group-add";
        using var request = Request(HttpMethod.Put, $"{Path(groupId)}/messages", new { messages = new[] { Wire(toE164, message) } });
        using var response = await http.SendTo(System, Operation, request, cancellation);
        if (response.StatusCode is HttpStatusCode.BadRequest)
        {
            return (await response.ReadAs<Error>(System, Operation, cancellation)).ErrorCode ?? OutsideCall.Code(response.StatusCode);
        }

        var added = await response.OrUnavailable(System, Operation).ReadAs<Added>(System, Operation, cancellation);
        return added.ErrorCount == 0 ? null : added.ResultList.FirstOrDefault(result => result.StatusCode != Accepted)?.StatusCode ?? "refused";
    }

    /// <summary>What the provider knows of the group.</summary>
    public async Task<SmsProgress> Look(string groupId, CancellationToken cancellation)
    {
        var group = await Call<Group>("look-up", HttpMethod.Get, Path(groupId), null, cancellation);
        var list = await Call<MessageList>("look-up", HttpMethod.Get, $"{Path(groupId)}/messages", null, cancellation);
        var message = list.Messages.Values.SingleOrDefault();
        var isSent = group.Status is not ("PENDING" or "SCHEDULED");
        return new(
            isSent,
            HasMessage: message is not null,
            Delivery: message is null ? SmsDelivery.Underway : SmsStatusCodes.DeliveryOf(message.StatusCode),
            StatusCode: message?.StatusCode,
            // A refused message stays in its group under a 1xxx code, and the group can then never be sent.
            RefusedWith: !isSent && message?.StatusCode is ['1', ..] code ? code : null);
    }

    private object Wire(string toE164, FeedbackMessage message) => new
    {
        to = PhoneNumber.National(toE164),
        from = _options.SenderNumber,
        type = "LMS",
        subject = message.Subject,
        text = message.Body,
        autoTypeDetect = false,
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

    private sealed record Group([property: JsonPropertyName("groupId")] string GroupId, [property: JsonPropertyName("status")] string? Status);

    private sealed record Error([property: JsonPropertyName("errorCode")] string? ErrorCode);

    private sealed record Added(
        [property: JsonPropertyName("errorCount")] int ErrorCount,
        [property: JsonPropertyName("resultList")] IReadOnlyList<AddedMessage> ResultList);

    private sealed record AddedMessage([property: JsonPropertyName("statusCode")] string? StatusCode);

    private sealed record MessageList([property: JsonPropertyName("messageList")] IReadOnlyDictionary<string, StoredMessage> Messages);

    private sealed record StoredMessage([property: JsonPropertyName("statusCode")] string? StatusCode);
}

/// <summary>How far a message has come at the provider.</summary>
/// <param name="IsSent">The provider has taken the send order.</param>
/// <param name="HasMessage">The message is in its group.</param>
/// <param name="RefusedWith">The provider's status code, when it will not take the message.</param>
public sealed record SmsProgress(bool IsSent, bool HasMessage, SmsDelivery Delivery, string? StatusCode, string? RefusedWith);

public enum SmsDelivery
{
    Underway,
    Delivered,
    Failed,
}
