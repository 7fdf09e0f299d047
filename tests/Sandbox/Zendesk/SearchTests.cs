using LocalHost.Sandbox;

namespace Sandbox.Tests.Zendesk;

public sealed class SearchTests : IAsyncLifetime
{
    private World _world = null!;
    private CrmCaller _crm = null!;

    public async Task InitializeAsync()
    {
        _world = await World.Start();
        _crm = new(_world);
        await _crm.Seed(1, "2025-09-01T00:00:00Z", "open", "a", "b");
        await _crm.Seed(2, "2025-09-01T12:00:00Z", "solved", "a");
        await _crm.Seed(3, "2025-09-02T00:00:00Z", "closed", "a");
        await _crm.Seed(4, "2025-09-03T00:00:00Z", "new", "b");
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData("type:ticket", 4, 3, 2, 1)]
    [InlineData("type:user")]
    [InlineData("tags:a", 3, 2, 1)]
    [InlineData("tags:\"b\"", 4, 1)]
    [InlineData("-tags:a", 4)]
    [InlineData("status:new", 4)]
    [InlineData("status<open", 4)]
    [InlineData("status<=open", 4, 1)]
    [InlineData("status>=solved", 3, 2)]
    [InlineData("status>solved", 3)]
    [InlineData("-status:closed tags:a", 2, 1)]
    [InlineData("updated>=2025-09-01T12:00:00Z updated<2025-09-03T00:00:00Z", 3, 2)]
    [InlineData("updated>2025-09-01T21:00:00+09:00", 4, 3)]
    [InlineData("created<=2025-09-01T12:00:00Z", 2, 1)]
    [InlineData("type:ticket tags:a status<closed updated>=2025-09-01T12:00:00Z", 2)]
    [InlineData("type:ticket tags:a updated>=2025-09-01T00:00:00Z updated<2025-09-02T00:00:00Z status<closed", 2, 1)]
    public async Task Every_term_has_to_hold(string query, params int[] ids)
    {
        var (status, body) = await _crm.Get(Search(query));

        Assert.Equal(200, status);
        Assert.Equal(ids, CrmCaller.Ids(body!["results"]));
        Assert.Equal(ids.Length, (int)body["count"]!);
    }

    [Theory]
    [InlineData("sort_by=updated_at&sort_order=asc", 1, 2, 3, 4)]
    [InlineData("sort_by=created_at&sort_order=desc", 4, 3, 2, 1)]
    [InlineData("sort_by=status&sort_order=asc", 4, 1, 2, 3)]
    public async Task Results_come_in_the_order_asked_for(string order, params int[] ids) =>
        Assert.Equal(ids, CrmCaller.Ids((await _crm.Get($"{Search("type:ticket")}&{order}")).Body!["results"]));

    [Fact]
    public async Task A_ticket_that_was_written_to_is_found_by_its_new_stamp()
    {
        var before = DateTimeOffset.UtcNow.AddMinutes(-1);
        await _crm.Ask(HttpMethod.Put, "tickets/2/tags", new { tags = new[] { "late" } });

        var (_, body) = await _crm.Get(Search($"updated>={before:yyyy-MM-ddTHH:mm:ssZ} tags:late"));

        Assert.Equal([2], CrmCaller.Ids(body!["results"]));
    }

    [Fact]
    public async Task Pages_lead_to_each_other_and_keep_what_was_asked_for()
    {
        var (_, first) = await _crm.Get($"{Search("status<closed")}&sort_by=updated_at&sort_order=asc&per_page=2");
        var (_, second) = await _crm.Follow(first!["next_page"]);

        Assert.Equal([1, 2], CrmCaller.Ids(first["results"]));
        Assert.Null(first["previous_page"]);
        Assert.Equal([4], CrmCaller.Ids(second!["results"]));
        Assert.Null(second["next_page"]);
        Assert.Equal(3, (int)second["count"]!);
        Assert.Equal([1, 2], CrmCaller.Ids((await _crm.Follow(second["previous_page"])).Body!["results"]));
    }

    [Fact]
    public async Task A_page_holds_a_hundred_at_most()
    {
        for (var id = 1_001; id <= 1_101; id++)
        {
            await _crm.Seed(id, "2025-09-04T00:00:00Z", "open", "many");
        }

        var (_, body) = await _crm.Get($"{Search("tags:many")}&per_page=500");

        Assert.Equal((100, 101), (body!["results"]!.AsArray().Count, (int)body["count"]!));
        Assert.Equal([1_001], CrmCaller.Ids((await _crm.Follow(body["next_page"])).Body!["results"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("tag:a")]
    [InlineData("tags>a")]
    [InlineData("tags:a tags:b")]
    [InlineData("status<done")]
    [InlineData("updated:2025-09-01T00:00:00Z")]
    [InlineData("updated>2025-09-01")]
    [InlineData("updated>yesterday")]
    public async Task A_term_the_sandbox_does_not_know_is_refused(string query)
    {
        var (status, body) = await _crm.Get(Search(query));

        Assert.Equal((422, "invalid"), (status, (string?)body!["error"]));
        Assert.Equal(SandboxOperations.TicketSearch, Assert.Single((await _world.Sandbox.Received()).Refused).Operation);
    }

    [Theory]
    [InlineData("page=11", 422)]
    [InlineData("page=501&per_page=2", 422)]
    [InlineData("page=10", 200)]
    [InlineData("page=two", 400)]
    [InlineData("per_page=many", 400)]
    [InlineData("page[size]=2", 400)]
    [InlineData("sort_by=colour", 422)]
    [InlineData("sort_by=status&sort_order=up", 422)]
    public async Task No_more_than_a_thousand_results_and_no_other_paging_or_order(string more, int expected) =>
        Assert.Equal(expected, (await _crm.Get($"{Search("type:ticket")}&{more}")).Status);

    [Fact]
    public async Task Results_carry_what_they_are()
    {
        var (_, body) = await _crm.Get(Search("status:new"));

        var ticket = Assert.Single(body!["results"]!.AsArray())!;
        Assert.Equal("ticket", (string?)ticket["result_type"]);
        Assert.Equal(["b"], ticket["tags"]!.AsArray().Select(tag => (string?)tag));
    }

    [Fact]
    public async Task A_search_can_be_made_to_fail()
    {
        await _world.Sandbox.Order(
            new() { System = SandboxSystem.Crm, Operation = SandboxOperations.TicketSearch, Kind = FaultKind.Status, Status = 503 });

        Assert.Equal(503, (await _crm.Get(Search("type:ticket"))).Status);
        Assert.Equal(200, (await _crm.Get(Search("type:ticket"))).Status);
    }

    private static string Search(string query) => $"search.json?query={Uri.EscapeDataString(query)}";
}
