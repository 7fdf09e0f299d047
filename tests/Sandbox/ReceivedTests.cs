using FunctionsHosting.Clock;
using LocalHost.Sandbox;
using Sandbox.Tests.Solapi;

namespace Sandbox.Tests;

public sealed class ReceivedTests
{
    private static readonly DateTimeOffset s_start = new(2026, 9, 18, 22, 30, 0, TimeSpan.FromHours(9));

    [Fact]
    public async Task What_was_received_is_dated_by_the_business_clock()
    {
        var clock = BusinessClock.Frozen(s_start);
        await using var world = await World.Start(new() { Clock = clock });
        await Post(world, "first");
        clock.AdvanceTo(s_start.AddDays(3));
        await Post(world, "second");

        Assert.Equal([s_start, s_start.AddDays(3)], (await world.Sandbox.Received()).Board.Select(p => p.At));
        Assert.Null(clock.NextDue);
    }

    [Fact]
    public async Task Requests_are_counted_by_system_and_operation()
    {
        await using var world = await World.Start();
        await Post(world, "first");
        await Post(world, "second");
        await world.Http.Ask(HttpMethod.Get, "agit/v2/groups");

        Assert.Equal(
            [new(SandboxSystem.Board, SandboxOperations.LookUp, 1), new(SandboxSystem.Board, SandboxOperations.Post, 2)],
            (await world.Sandbox.Received()).Requests);
    }

    [Fact]
    public async Task One_systems_part_holds_nothing_of_the_others()
    {
        await using var world = await World.Start();
        await Post(world, "post");
        await new SolapiCaller(world).SendOne(SolapiCaller.Lms());

        var sms = await world.Sandbox.Received(SandboxSystem.Sms);

        Assert.Empty(sms.Board);
        Assert.Single(sms.Sms);
        Assert.All(sms.Requests, r => Assert.Equal(SandboxSystem.Sms, r.System));
        Assert.Equal(400, (await world.Http.Ask(HttpMethod.Get, "sandbox/received/weather")).Status);
    }

    [Fact]
    public async Task A_reset_forgets_everything_and_gives_no_id_twice()
    {
        await using var world = await World.Start();
        await world.Sandbox.SeedTicket(new() { Id = 1 });
        await Post(world, "before");
        await new SolapiCaller(world).SendOne(SolapiCaller.Lms());
        var before = Assert.Single((await world.Sandbox.Received()).Board).Id;
        await world.Sandbox.Order(new() { System = SandboxSystem.Board, Kind = FaultKind.Drop });

        await world.Sandbox.Reset();

        var empty = await world.Sandbox.Received();
        Assert.Equal((0, 0, 0, 0), (empty.Board.Count, empty.Sms.Count, empty.Tickets.Count, empty.Requests.Count));
        await Post(world, "after");
        Assert.True(Assert.Single((await world.Sandbox.Received()).Board).Id > before);
    }

    [Fact]
    public async Task The_page_shows_korean_text_and_masks_phone_numbers()
    {
        await using var world = await World.Start();
        await Post(world, "<b>페널티 요청</b> 010-1234-5678");
        await new SolapiCaller(world).SendOne(SolapiCaller.Lms("안녕하세요"));

        using var response = await world.Http.GetAsync("sandbox");
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("&lt;b&gt;페널티 요청&lt;/b&gt; 010-****-5678", page);
        Assert.Contains("안녕하세요", page);
        Assert.DoesNotContain(SolapiCaller.To, page);
    }

    [Fact]
    public async Task The_page_shows_the_fault_orders_and_how_often_each_was_carried_out()
    {
        await using var world = await World.Start();
        await world.Sandbox.Order(new() { System = SandboxSystem.Board, Kind = FaultKind.Status, Status = 429, RetryAfterSeconds = 2, Rate = 0.25, Seed = 7 });
        await world.Sandbox.Order(new() { System = SandboxSystem.Sms, Operation = "group-send", When = FaultMoment.After, Kind = FaultKind.Drop });
        for (var i = 0; i < 20; i++)
        {
            await world.Http.Ask(HttpMethod.Get, "agit/v2/groups");
        }

        var page = await world.Http.GetStringAsync("sandbox");

        Assert.Contains("Fault orders that stand <small>2</small>", page);
        Assert.Contains(Row("board", "*", "before the effect", "answers 429, Retry-After 2 s", "25 % of the requests", "7", "20", "4", "until cleared"), page);
        Assert.Contains(Row("sms", "group-send", "after the effect", "closes the connection", "every request", "", "0", "0", "1"), page);
        Assert.DoesNotContain("Fault orders used up", page);
    }

    private static string Row(params string[] cells) => string.Concat(cells.Select(cell => $"<td>{cell}"));

    [Theory]
    [InlineData("01012345678", "010-****-5678")]
    [InlineData("전화 010-1234-5678 입니다", "전화 010-****-5678 입니다")]
    [InlineData("+82 10 1234 5678", "+82 10-****-5678")]
    [InlineData("0505-123-4567", "0505-****-4567")]
    [InlineData("2026-09-18 22:30:00 KST", "2026-09-18 22:30:00 KST")]
    [InlineData("G4V20261123194107MV63C5J82L9UGK7", "G4V20261123194107MV63C5J82L9UGK7")]
    [InlineData("15771234", "15771234")]
    public void Phone_numbers_are_masked_and_nothing_else(string text, string masked) => Assert.Equal(masked, SandboxPage.Mask(text));

    private static async Task Post(World world, string text)
    {
        var (status, _) = await world.Http.Ask(HttpMethod.Post, $"agit/webhook/{world.Options.Board.Groups[0].WebhookToken}", new { text });
        Assert.Equal(200, status);
    }
}
