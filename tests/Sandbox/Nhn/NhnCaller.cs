using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Sandbox.Tests.Nhn;

/// <summary>Calls the gateway as an adapter would.</summary>
internal sealed class NhnCaller(World world)
{
    public const string To = "01012345678";
    public const string From = "15771234";

    public static object Lms(string body = "본문", string title = "제목", string to = To, string? key = null, string from = From) =>
        new { title, body, sendNo = from, senderGroupingKey = key, recipientList = new[] { new { recipientNo = to } } };

    /// <summary>Orders a message; gives the answer.</summary>
    public Task<(int Status, JsonNode Body)> Order(object order, string? idempotencyKey = null) => Ask(HttpMethod.Post, "sender/mms", order, idempotencyKey);

    /// <summary>Orders a message that is taken; gives its request id.</summary>
    public async Task<string> OrderOne(object order) => (string)(await Order(order)).Body["body"]!["data"]!["requestId"]!;

    /// <summary>The list of messages, for today unless other dates are given.</summary>
    public async Task<JsonNode> List(params (string Name, string Value)[] query)
    {
        var asked = query.ToDictionary(one => one.Name, one => (string?)one.Value);
        if (!asked.ContainsKey("requestId") && !asked.ContainsKey("startRequestDate"))
        {
            asked.TryAdd("startCreateDate", Date(DateTimeOffset.UtcNow.AddHours(-1)));
            asked.TryAdd("endCreateDate", Date(DateTimeOffset.UtcNow.AddHours(1)));
        }

        return (await Ask(HttpMethod.Get, QueryHelpers.AddQueryString("sender/mms", asked))).Body;
    }

    public async Task<(int Status, JsonNode Body)> Ask(
        HttpMethod method, string path, object? body = null, string? idempotencyKey = null, string? secretKey = null, string? appKey = null)
    {
        using var request = new HttpRequestMessage(method, $"nhn/sms/v3.0/appKeys/{appKey ?? world.Options.Nhn.AppKey}/{path}");
        request.Headers.Add("X-Secret-Key", secretKey ?? world.Options.Nhn.SecretKey);
        if (idempotencyKey is not null)
        {
            request.Headers.Add("X-NC-API-IDEMPOTENCY-KEY", idempotencyKey);
        }

        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await world.Http.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>As NHN writes dates: Korean time.</summary>
    public static string Date(DateTimeOffset instant) =>
        instant.ToOffset(TimeSpan.FromHours(9)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static int Code(JsonNode answer) => (int)answer["header"]!["resultCode"]!;
}
