using LocalHost.Sandbox;
using Microsoft.Extensions.Time.Testing;

namespace Sandbox.Tests.Zendesk;

public sealed class ExportTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_start = CrmCaller.At("2025-09-01T00:00:00Z");

    private readonly FakeTimeProvider _clock = new(s_start.AddHours(1));
    private World _world = null!;
    private CrmCaller _crm = null!;

    public async Task InitializeAsync()
    {
        _world = await World.Start(new() { Clock = _clock });
        _crm = new(_world);
        await _crm.Seed(1, "2025-09-01T00:20:00Z");
        await _crm.Seed(2, "2025-09-01T00:10:00Z");
        await _crm.Seed(3, "2025-09-01T00:20:00Z", "closed");
        await _crm.Seed(4, "2025-08-31T23:59:59Z");
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Tickets_come_by_their_last_change_from_the_start_on()
    {
        var (status, body) = await _crm.Get(From(s_start));

        Assert.Equal(200, status);
        Assert.Equal([2, 1, 3], CrmCaller.Ids(body!["tickets"]));
        Assert.True((bool)body["end_of_stream"]!);
        Assert.Equal(s_start.AddMinutes(10).ToUnixTimeSeconds(), (long)body["tickets"]![0]!["generated_timestamp"]!);
    }

    [Fact]
    public async Task Pages_go_on_after_the_cursor_even_within_one_second()
    {
        var (_, first) = await _crm.Get($"{From(s_start)}&per_page=2");
        var (_, second) = await _crm.Follow(first!["after_url"]);

        Assert.Equal([2, 1], CrmCaller.Ids(first["tickets"]));
        Assert.False((bool)first["end_of_stream"]!);
        Assert.Equal([3], CrmCaller.Ids(second!["tickets"]));
        Assert.True((bool)second["end_of_stream"]!);
    }

    [Fact]
    public async Task What_changed_within_the_last_minute_comes_later_and_once()
    {
        var cursor = (string?)(await _crm.Get(From(s_start))).Body!["after_cursor"];
        await _crm.Ask(HttpMethod.Put, "tickets/2/tags", new { tags = new[] { "late" } });

        var (_, tooEarly) = await _crm.Get(After(cursor));
        _clock.Advance(TimeSpan.FromMinutes(1));
        var (_, now) = await _crm.Get(After((string?)tooEarly!["after_cursor"]));
        var (_, nothingNew) = await _crm.Get(After((string?)now!["after_cursor"]));

        Assert.Empty(tooEarly["tickets"]!.AsArray());
        Assert.Equal(cursor, (string?)tooEarly["after_cursor"]);
        Assert.Equal([2], CrmCaller.Ids(now["tickets"]));
        Assert.Empty(nothingNew!["tickets"]!.AsArray());
    }

    [Fact]
    public async Task Without_any_ticket_there_is_no_cursor()
    {
        var (_, body) = await _crm.Get(From(s_start.AddMinutes(30)));

        Assert.Empty(body!["tickets"]!.AsArray());
        Assert.Null(body["after_cursor"]);
        Assert.True((bool)body["end_of_stream"]!);
    }

    [Fact]
    public async Task A_start_within_the_last_minute_is_refused()
    {
        Assert.Equal(200, (await _crm.Get(From(s_start.AddMinutes(59)))).Status);

        var (status, body) = await _crm.Get(From(s_start.AddMinutes(59).AddSeconds(1)));

        Assert.Equal((400, "StartTimeTooRecent"), (status, (string?)body!["error"]));
        Assert.Equal(SandboxOperations.TicketExport, Assert.Single((await _world.Sandbox.Received()).Refused).Operation);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cursor=")]
    [InlineData("cursor=made-up")]
    [InlineData("cursor=bWFkZS11cA==")]
    [InlineData("start_time=yesterday")]
    public async Task Neither_start_nor_cursor_of_the_crms_is_refused(string query) =>
        Assert.Equal(400, (await _crm.Get($"incremental/tickets/cursor.json?{query}")).Status);

    private static string From(DateTimeOffset start) => $"incremental/tickets/cursor.json?start_time={start.ToUnixTimeSeconds()}";

    private static string After(string? cursor) => $"incremental/tickets/cursor.json?cursor={Uri.EscapeDataString(cursor!)}";
}
