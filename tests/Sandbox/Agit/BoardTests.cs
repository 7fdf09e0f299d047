using System.Text.Json.Nodes;
using LocalHost.Sandbox;

namespace Sandbox.Tests.Agit;

public sealed class BoardTests : IAsyncLifetime
{
    private World _world = null!;

    private BoardGroup Koc => _world.Options.Board.Groups[0];

    private BoardGroup Kmcc => _world.Options.Board.Groups[1];

    public async Task InitializeAsync() => _world = await World.Start();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_post_and_its_comment_are_recorded_on_the_board_of_the_token()
    {
        var post = await Post(Koc, new { text = "페널티 요청" });
        var comment = await Post(Koc, new { parent_id = post, text = "재인입" });
        await Post(Kmcc, new { text = "광주" });

        var board = (await _world.Sandbox.Received(SandboxSystem.Board)).Board;
        Assert.Equal(
            [("KOC", post, null, "페널티 요청"), ("KOC", comment, (long?)post, "재인입"), ("KMCC", board[2].Id, null, "광주")],
            board.Select(p => (p.Board, p.Id, p.ParentId, p.Text)));
        Assert.True(post < comment && comment < board[2].Id);
    }

    [Fact]
    public async Task The_bot_reads_posts_newest_first_and_pages_by_id()
    {
        var ids = new List<long>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(await Post(Koc, new { text = $"post {i}" }));
        }

        Assert.Equal([ids[3], ids[2]], await Wall($"limit=2"));
        Assert.Equal([ids[1], ids[0]], await Wall($"latest={ids[2]}"));
        Assert.Equal([ids[3]], await Wall($"oldest={ids[2]}"));
    }

    [Fact]
    public async Task The_bot_reads_one_post_and_its_comments()
    {
        var post = await Post(Koc, new { text = "post" });
        await Post(Koc, new { parent_id = post, text = "first" });
        await Post(Koc, new { parent_id = post, text = "second" });

        var (_, one) = await Bot($"wall_messages/{post}");
        var (_, comments) = await Bot($"wall_messages/{post}/comments");

        Assert.Equal("post", (string?)one!["wall_message"]!["text"]);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.InRange((long)one["wall_message"]!["created_time"]!, now - 60, now);
        Assert.Equal(["second", "first"], comments!["comments"]!.AsArray().Select(c => (string?)c!["text"]));
    }

    [Fact]
    public async Task The_bot_lists_its_groups()
    {
        var (_, groups) = await Bot("groups");
        Assert.Equal(_world.Options.Board.Groups.Select(group => group.GroupId), groups!["groups"]!.AsArray().Select(g => (long)g!["id"]!));
    }

    [Fact]
    public async Task A_post_may_come_as_a_form()
    {
        using var form = new FormUrlEncodedContent([new("text", "from a form")]);
        var response = await _world.Http.PostAsync($"agit/webhook/{Koc.WebhookToken}", form);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal("from a form", Assert.Single((await _world.Sandbox.Received()).Board).Text);
    }

    [Fact]
    public async Task Wrong_tokens_unknown_posts_and_empty_texts_are_refused()
    {
        var onKmcc = await Post(Kmcc, new { text = "elsewhere" });

        Assert.Equal(404, (await _world.Http.Ask(HttpMethod.Post, "agit/webhook/nobody", new { text = "x" })).Status);
        Assert.Equal(404, (await Write(Koc, new { parent_id = onKmcc, text = "x" })).Status);
        Assert.Equal(400, (await Write(Koc, new { text = " " })).Status);
        Assert.Equal(404, (await Bot("wall_messages/1")).Status);
        var (status, body) = await _world.Http.Ask(HttpMethod.Get, "agit/v2/groups");
        Assert.Equal((401, "invalid_authorization_header"), (status, (string?)body!["error"]));
        Assert.Equal([404, 404, 400, 404, 401], (await _world.Sandbox.Received()).Refused.Select(r => r.Status));
    }

    private Task<(int Status, JsonNode? Body)> Write(BoardGroup group, object body) =>
        _world.Http.Ask(HttpMethod.Post, $"agit/webhook/{group.WebhookToken}", body);

    private async Task<long> Post(BoardGroup group, object body)
    {
        var (status, answer) = await Write(group, body);
        Assert.Equal(200, status);
        return (long)answer!["id"]!;
    }

    private Task<(int Status, JsonNode? Body)> Bot(string path) =>
        _world.Http.Ask(HttpMethod.Get, $"agit/v2/{path}", null, Calls.Bearer(_world.Options.Board.BotToken));

    private async Task<IEnumerable<long>> Wall(string query)
    {
        var (_, body) = await Bot($"wall_messages?group_id={Koc.GroupId}&{query}");
        return body!["wall_messages"]!.AsArray().Select(m => (long)m!["id"]!);
    }
}
