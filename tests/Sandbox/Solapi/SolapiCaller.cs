using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LocalHost.Sandbox;

namespace Sandbox.Tests.Solapi;

/// <summary>Calls the gateway as an adapter would: a fresh date and salt for every request.</summary>
internal sealed class SolapiCaller(World world)
{
    public const string To = "01012345678";
    public const string From = "15771234";

    public static object Lms(string text = "본문", string? subject = "제목", string to = To) => new { to, from = From, text, subject, type = "LMS" };

    public Task<(int Status, JsonNode? Body)> Ask(HttpMethod method, string path, object? body = null) =>
        world.Http.Ask(method, $"solapi/{path}", body, Authorization(DateTimeOffset.UtcNow, RandomNumberGenerator.GetHexString(32)));

    public AuthenticationHeaderValue Authorization(DateTimeOffset at, string salt, string? secret = null, string? key = null)
    {
        var date = at.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret ?? world.Options.Sms.ApiSecret), Encoding.UTF8.GetBytes(date + salt)));
        return new("HMAC-SHA256", $"apiKey={key ?? world.Options.Sms.ApiKey}, date={date}, salt={salt}, signature={signature}");
    }

    public async Task<string> CreateGroup(object? body = null)
    {
        var (status, group) = await Ask(HttpMethod.Post, "messages/v4/groups", body ?? new { });
        Assert.Equal((200, "PENDING"), (status, (string?)group!["status"]));
        return (string)group["groupId"]!;
    }

    /// <summary>The status codes the messages were registered with.</summary>
    public async Task<IReadOnlyList<string>> Add(string groupId, params object[] messages)
    {
        var (status, body) = await Ask(HttpMethod.Put, $"messages/v4/groups/{groupId}/messages", new { messages });
        Assert.Equal(200, status);
        return [.. body!["resultList"]!.AsArray().Select(r => (string)r!["statusCode"]!)];
    }

    public Task<(int Status, JsonNode? Body)> Send(string groupId) => Ask(HttpMethod.Post, $"messages/v4/groups/{groupId}/send");

    public async Task<ReceivedSms> SendOne(object message)
    {
        var group = await CreateGroup();
        Assert.Equal(["2000"], await Add(group, message));
        Assert.Equal(200, (await Send(group)).Status);
        return (await world.Sandbox.Received(SandboxSystem.Sms)).Sms.Single(m => m.GroupId == group);
    }
}
