using LocalHost.Sandbox;
using Microsoft.Extensions.Options;
using Penalties.Outside;
using Penalties.Rules;

namespace Sandbox.Tests.Contracts;

/// <summary>The app's board adapter against the sandbox's Agit.</summary>
public sealed class BoardContractTests : IAsyncLifetime
{
    private static readonly DateTimeOffset LongAgo = DateTimeOffset.UnixEpoch;

    private World _world = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _world = await World.Start();
        _http = new HttpClient();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Each_centre_posts_on_its_own_board_and_a_comment_hangs_on_its_post()
    {
        var koc = await Board().Post(Centre.Koc, "# 페널티 요청 [pr-1]", default);
        var kmcc = await Board().Post(Centre.Kmcc, "# 페널티 요청 [pr-2]", default);
        var comment = await Board().Comment(Centre.Koc, koc, "재인입 1회 [pr-1 c1]", default);

        var posts = (await _world.Sandbox.Received(SandboxSystem.Board)).Board;
        Assert.Equal(
            [("KOC", koc, null), ("KMCC", kmcc, null), ("KOC", comment, koc)],
            posts.Select(post => (post.Board, $"{post.Id}", post.ParentId is { } parent ? $"{parent}" : null)));
        Assert.Equal(["[pr-1 c1]"], await Board().FindComments(koc, ["[pr-1 c1]", "[pr-1 c2]"], default));
        Assert.Null(await Board().FindComments("999999", ["[pr-1 c1]"], default));
    }

    [Fact]
    public async Task A_post_is_found_by_its_marker_behind_hundreds_of_others_and_not_on_the_other_board()
    {
        var wanted = await Board().Post(Centre.Koc, "# 페널티 요청 [pr-wanted]", default);
        for (var number = 1; number <= 230; number++)
        {
            await Board().Post(Centre.Koc, $"# 다른 글 {number}", default);
        }

        Assert.Equal(wanted, await Board().FindPost(Centre.Koc, "[pr-wanted]", LongAgo, default));
        Assert.Null(await Board().FindPost(Centre.Koc, "[pr-none]", LongAgo, default));
        Assert.Null(await Board().FindPost(Centre.Kmcc, "[pr-wanted]", LongAgo, default));
    }

    [Fact]
    public async Task A_notice_stands_in_the_group_of_the_centres_managers_and_is_found_there_by_its_marker()
    {
        var first = await Board().Notify(Centre.Koc, "관리자 확인 필요 [pr-1 m1]", default);
        for (var number = 1; number <= 130; number++)
        {
            await Board().Notify(Centre.Koc, $"다른 알림 {number}", default);
        }

        var second = await Board().Notify(Centre.Koc, "관리자 확인 대기 중 [pr-1 m9]", default);
        await Board().Notify(Centre.Kmcc, "관리자 확인 필요 [pr-2 m1]", default);

        var found = await Board().FindNotices(Centre.Koc, ["[pr-1 m1]", "[pr-1 m9]", "[pr-2 m1]"], LongAgo, default);
        Assert.Equal([("[pr-1 m1]", first), ("[pr-1 m9]", second)], found.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value)));
        Assert.Null(await Board().FindPost(Centre.Koc, "[pr-1 m1]", LongAgo, default));
        var posts = (await _world.Sandbox.Received(SandboxSystem.Board)).Board;
        Assert.Equal(("KOC managers", "KMCC managers"), (posts[0].Board, posts[^1].Board));
    }

    [Fact]
    public async Task A_fault_never_names_the_secret_in_the_address()
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, Kind = FaultKind.Drop, Times = 2 });
        var lost = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Board().Post(Centre.Koc, "글", default));
        var wrong = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Board("no-such-token").Post(Centre.Koc, "글", default));
        var unread = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Board(bot: "wrong").FindPost(Centre.Koc, "m", LongAgo, default));

        Assert.All([lost, wrong, unread], fault => Assert.DoesNotContain("token", $"{fault}", StringComparison.Ordinal));
        Assert.All([lost, wrong, unread], fault => Assert.DoesNotContain("sandbox-agit", $"{fault}", StringComparison.Ordinal));
        Assert.Equal("http_401", unread.Code);
    }

    private AgitBoard Board(string? token = null, string? bot = null)
    {
        var groups = _world.Options.Board.Groups;
        var address = new Uri(_world.Http.BaseAddress!, "agit/");
        return new(_http, Options.Create(new AgitOptions
        {
            WebhookBaseUrl = address,
            ApiBaseUrl = address,
            BotToken = bot ?? _world.Options.Board.BotToken,
            Koc = Place(groups[0], groups[2]),
            Kmcc = Place(groups[1], groups[3]),
        }));

        AgitBoardOptions Place(BoardGroup posts, BoardGroup managers) => new()
        {
            Token = token ?? posts.WebhookToken,
            GroupId = posts.GroupId,
            ManagersToken = managers.WebhookToken,
            ManagersGroupId = managers.GroupId,
        };
    }
}
