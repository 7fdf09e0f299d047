using System.Text.Json.Nodes;
using LocalHost.Sandbox;

namespace Sandbox.Tests.Solapi;

public sealed class GroupTests : IAsyncLifetime
{
    private World _world = null!;
    private SolapiCaller _solapi = null!;

    public async Task InitializeAsync()
    {
        _world = await World.Start(new() { Sms = new() { Senders = [SolapiCaller.From] } });
        _solapi = new(_world);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_group_is_made_filled_sent_and_looked_up()
    {
        var group = await _solapi.CreateGroup(new { customFields = new { attempt = "case-1:1" } });
        Assert.Equal(["2000"], await _solapi.Add(group, SolapiCaller.Lms("안녕하세요", "안내")));
        Assert.Empty((await _world.Sandbox.Received()).Sms);

        var (status, sent) = await _solapi.Send(group);
        var (_, now) = await _solapi.Ask(HttpMethod.Get, $"messages/v4/groups/{group}");

        Assert.Equal((200, "SENDING"), (status, (string?)sent!["status"]));
        Assert.Equal("COMPLETE", (string?)now!["status"]);
        Assert.Equal((1, 1, 1), ((int)now["count"]!["total"]!, (int)now["count"]!["registeredSuccess"]!, (int)now["count"]!["sentSuccess"]!));
        Assert.Equal("case-1:1", (string?)now["customFields"]!["attempt"]);
        var sms = Assert.Single((await _world.Sandbox.Received(SandboxSystem.Sms)).Sms);
        Assert.Equal(("LMS", SolapiCaller.To, SolapiCaller.From, "안녕하세요", "안내"), (sms.Type, sms.To, sms.From, sms.Text, sms.Subject));
        Assert.Equal((10, 4, "4000", true), (sms.Bytes, sms.SubjectBytes, sms.StatusCode, sms.Delivered));
        Assert.Equal("case-1:1", sms.GroupCustomFields["attempt"]);
    }

    [Fact]
    public async Task A_group_keeps_the_program_that_made_it_and_a_message_what_was_asked_of_it()
    {
        var group = await _solapi.CreateGroup(new { sdkVersion = "test/1.0", osPlatform = "linux", appId = "app-1" });
        await _solapi.Add(group, new { to = SolapiCaller.To, from = SolapiCaller.From, text = "안녕", autoTypeDetect = false });

        var (_, kept) = await _solapi.Ask(HttpMethod.Get, $"messages/v4/groups/{group}");
        var (_, list) = await _solapi.Ask(HttpMethod.Get, $"messages/v4/groups/{group}/messages");

        Assert.Equal(("test/1.0", "linux", "app-1"), ((string?)kept!["sdkVersion"], (string?)kept["osPlatform"], (string?)kept["app"]!["appId"]));
        Assert.False((bool)Assert.Single(list!["messageList"]!.AsObject()).Value!["autoTypeDetect"]!);
    }

    [Fact]
    public async Task A_group_is_sent_once()
    {
        var sms = await _solapi.SendOne(SolapiCaller.Lms());

        var (again, body) = await _solapi.Send(sms.GroupId);
        var (later, _) = await Put(sms.GroupId, SolapiCaller.Lms());

        Assert.Equal((400, "InvalidStatus"), (again, (string?)body!["errorCode"]));
        Assert.Equal(400, later);
        Assert.Single((await _world.Sandbox.Received()).Sms);
    }

    [Fact]
    public async Task A_message_added_twice_to_a_group_is_refused_the_second_time()
    {
        var group = await _solapi.CreateGroup();
        Assert.Equal(["2000"], await _solapi.Add(group, SolapiCaller.Lms()));
        Assert.Equal(["1026"], await _solapi.Add(group, SolapiCaller.Lms()));

        await _solapi.Send(group);

        Assert.Single((await _world.Sandbox.Received()).Sms);
    }

    [Fact]
    public async Task Refused_messages_are_named_and_not_sent()
    {
        var group = await _solapi.CreateGroup();
        var (status, body) = await Put(group, new { to = SolapiCaller.To, from = "15990000", text = "안녕" });

        Assert.Equal((200, 1, "1062"), (status, (int)body!["errorCount"]!, (string?)body["resultList"]![0]!["statusCode"]));
        Assert.Equal(404, (await _solapi.Send(group)).Status);
        Assert.Empty((await _world.Sandbox.Received()).Sms);
    }

    [Fact]
    public async Task Sending_many_at_once_answers_200_even_when_all_are_refused()
    {
        var (status, body) = await _solapi.Ask(HttpMethod.Post, "messages/v4/send-many/detail", new
        {
            messages = new object[] { new { to = "010-1234-5678", from = SolapiCaller.From, text = "안녕" } },
        });

        Assert.Equal(200, status);
        Assert.Equal("1011", (string?)Assert.Single(body!["failedMessageList"]!.AsArray())!["statusCode"]);
        Assert.Equal((1, 1), ((int)body["groupInfo"]!["count"]!["total"]!, (int)body["groupInfo"]!["count"]!["registeredFailed"]!));
        Assert.Null(body["messageList"]);
    }

    [Fact]
    public async Task Sending_many_at_once_sends_and_lists_when_asked()
    {
        var (_, body) = await _solapi.Ask(HttpMethod.Post, "messages/v4/send-many/detail", new
        {
            messages = new[] { SolapiCaller.Lms() },
            showMessageList = true,
        });

        Assert.Empty(body!["failedMessageList"]!.AsArray());
        Assert.Equal((string?)body["messageList"]![0]!["messageId"], Assert.Single((await _world.Sandbox.Received()).Sms).MessageId);
    }

    [Fact]
    public async Task An_unknown_group_and_a_body_without_messages_are_refused_with_a_code()
    {
        var (status, body) = await _solapi.Send("G4VNONE");
        Assert.Equal((404, "ResourceNotFound"), (status, (string?)body!["errorCode"]));

        var (invalid, problem) = await Put(await _solapi.CreateGroup());
        Assert.Equal((400, "ValidationError"), (invalid, (string?)problem!["errorCode"]));
    }

    [Fact]
    public async Task Messages_are_found_by_their_filters_page_by_page()
    {
        var first = await _solapi.SendOne(SolapiCaller.Lms("하나", to: "01011112222"));
        var second = await _solapi.SendOne(SolapiCaller.Lms("둘"));
        var third = await _solapi.SendOne(SolapiCaller.Lms("셋"));

        Assert.Equal([third.MessageId, second.MessageId, first.MessageId], await Found(""));
        Assert.Equal([second.MessageId], await Found($"groupId={second.GroupId}"));
        Assert.Equal([first.MessageId], await Found("to=01011112222&statusCode=4000"));
        Assert.Equal([third.MessageId, first.MessageId], await Found($"messageIds={first.MessageId}&messageIds={third.MessageId}"));
        Assert.Empty(await Found($"startDate={Uri.EscapeDataString(DateTimeOffset.UtcNow.AddHours(1).ToString("o"))}"));
        var (_, page) = await _solapi.Ask(HttpMethod.Get, "messages/v4/list?limit=2");
        Assert.Equal([first.MessageId], await Found($"startKey={page!["nextKey"]}"));
        var (_, ofGroup) = await _solapi.Ask(HttpMethod.Get, $"messages/v4/groups/{third.GroupId}/messages");
        Assert.Equal([third.MessageId], ofGroup!["messageList"]!.AsObject().Select(m => m.Key));
        Assert.Equal(400, (await _solapi.Ask(HttpMethod.Get, "messages/v4/list?startDate=yesterday")).Status);
    }

    private Task<(int Status, JsonNode? Body)> Put(string groupId, params object[] messages) =>
        _solapi.Ask(HttpMethod.Put, $"messages/v4/groups/{groupId}/messages", new { messages });

    private async Task<IEnumerable<string>> Found(string query)
    {
        var (_, body) = await _solapi.Ask(HttpMethod.Get, $"messages/v4/list?{query}");
        return body!["messageList"]!.AsObject().Select(m => m.Key);
    }
}
