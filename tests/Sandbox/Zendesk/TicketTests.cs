using System.Text.Json;
using System.Text.Json.Nodes;
using LocalHost.Sandbox;

namespace Sandbox.Tests.Zendesk;

public sealed class TicketTests : IAsyncLifetime
{
    private World _world = null!;
    private CrmCaller _crm = null!;

    public async Task InitializeAsync()
    {
        _world = await World.Start();
        _crm = new(_world);
        await _world.Sandbox.SeedTicket(new()
        {
            Id = 4711,
            Tags = ["complaint"],
            Fields = new Dictionary<long, string?> { [360001] = "D-88" },
            Comments = ["기사님이 오지 않았어요"],
        });
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_seeded_ticket_is_read_with_its_fields_and_tags()
    {
        var (status, body) = await _crm.Ask(HttpMethod.Get, "tickets/4711.json");

        Assert.Equal(200, status);
        Assert.Equal("complaint", (string?)body!["ticket"]!["tags"]![0]);
        Assert.Equal(360001, (long)body["ticket"]!["custom_fields"]![0]!["id"]!);
        Assert.Equal("D-88", (string?)body["ticket"]!["custom_fields"]![0]!["value"]);
    }

    [Fact]
    public async Task Note_field_and_tags_of_one_update_are_recorded()
    {
        var update = Ticket(new
        {
            comment = new { body = "관리자 컨펌 후 페널티 미작성", @public = false, author_id = 77 },
            custom_fields = new[] { new { id = 360002, value = "closed" } },
            tags = new[] { "a", "b" },
        });
        var (status, _) = await _crm.Ask(HttpMethod.Put, "tickets/4711.json", update);

        Assert.Equal(200, status);
        var received = await _world.Sandbox.Received(SandboxSystem.Crm);
        var note = Assert.Single(received.Notes);
        Assert.Equal((4711, "관리자 컨펌 후 페널티 미작성", false, 77), (note.Ticket, note.Body, note.Public, note.Author));
        var ticket = Assert.Single(received.Tickets);
        Assert.Equal(["a", "b"], ticket.Tags);
        Assert.Equal("closed", ticket.Fields[360002]);
        Assert.Equal("D-88", ticket.Fields[360001]);
    }

    [Fact]
    public async Task A_comment_that_does_not_say_public_is_public()
    {
        await _crm.Ask(HttpMethod.Put, "tickets/4711.json", Ticket(new { comment = new { body = "oops" } }));

        var note = Assert.Single((await _world.Sandbox.Received()).Notes);
        Assert.True(note.Public);
        Assert.Equal(_world.Options.Crm.AgentId, note.Author);
    }

    [Fact]
    public async Task Tags_are_added_without_losing_the_others()
    {
        var (status, body) = await _crm.Ask(HttpMethod.Put, "tickets/4711/tags", new { tags = new[] { "penalty" } });

        Assert.Equal(200, status);
        Assert.Equal(["complaint", "penalty"], body!["tags"]!.AsArray().Select(t => (string?)t));
    }

    [Fact]
    public async Task Every_write_moves_updated_at_on()
    {
        var stamps = new List<string> { await Stamp() };
        for (var i = 0; i < 3; i++)
        {
            await _crm.Ask(HttpMethod.Put, "tickets/4711.json", Ticket(new { status = "pending" }));
            stamps.Add(await Stamp());
        }

        Assert.Equal(stamps.Distinct().Order(StringComparer.Ordinal), stamps);
    }

    [Fact]
    public async Task A_safe_update_with_an_outdated_stamp_is_a_conflict_and_changes_nothing()
    {
        var stamp = await Stamp();
        Assert.Equal(200, (await _crm.Ask(HttpMethod.Put, "tickets/4711.json", Safe(stamp, "first"))).Status);

        var (status, body) = await _crm.Ask(HttpMethod.Put, "tickets/4711.json", Safe(stamp, "second"));

        Assert.Equal(409, status);
        Assert.Equal("UpdateConflict", (string?)body!["error"]);
        var received = await _world.Sandbox.Received();
        Assert.Equal(["first"], received.Tickets[0].Tags);
        Assert.Equal((409, SandboxOperations.TicketUpdate), (received.Refused[0].Status, received.Refused[0].Operation));
    }

    [Fact]
    public async Task Tags_added_with_an_outdated_stamp_are_a_conflict()
    {
        var stamp = await Stamp();
        await _crm.Ask(HttpMethod.Put, "tickets/4711.json", Ticket(new { status = "pending" }));

        var (status, _) = await _crm.Ask(HttpMethod.Put, "tickets/4711/tags", new { tags = new[] { "late" }, updated_stamp = stamp, safe_update = "true" });

        Assert.Equal(409, status);
        Assert.Equal(["complaint"], (await _world.Sandbox.Received()).Tickets[0].Tags);
    }

    [Fact]
    public async Task Comments_are_listed_oldest_first_and_newest_first_when_asked()
    {
        await _crm.Ask(HttpMethod.Put, "tickets/4711.json", Ticket(new { comment = new { body = "note", @public = false } }));

        var (_, oldest) = await _crm.Ask(HttpMethod.Get, "tickets/4711/comments.json");
        var (_, newest) = await _crm.Ask(HttpMethod.Get, "tickets/4711/comments.json?sort_order=desc&per_page=1");

        Assert.Equal(2, (int)oldest!["count"]!);
        Assert.Equal(["기사님이 오지 않았어요", "note"], oldest["comments"]!.AsArray().Select(c => (string?)c!["body"]));
        Assert.False((bool)oldest["comments"]![1]!["public"]!);
        Assert.Equal("note", (string?)Assert.Single(newest!["comments"]!.AsArray())!["body"]);
        Assert.Contains("page=2", (string?)newest["next_page"]);
    }

    [Fact]
    public async Task A_ticket_takes_five_thousand_comments_and_no_more()
    {
        await _world.Sandbox.SeedTicket(new() { Id = 5000, Comments = [.. Enumerable.Repeat("x", 5_000)] });

        var (status, body) = await _crm.Ask(HttpMethod.Put, "tickets/5000.json", Ticket(new { comment = new { body = "one more", @public = false } }));

        Assert.Equal(422, status);
        Assert.Equal("RecordInvalid", (string?)body!["error"]);
    }

    [Theory]
    [InlineData("tickets/4712.json", """{"ticket":{"status":"open"}}""")]
    [InlineData("tickets/4712/tags.json", """{"tags":["late"]}""")]
    public async Task A_closed_ticket_stays_as_it_is(string path, string change)
    {
        await _world.Sandbox.SeedTicket(new() { Id = 4712, Status = "closed" });

        var (status, body) = await _crm.Ask(HttpMethod.Put, path, JsonNode.Parse(change));

        Assert.Equal((422, "RecordInvalid"), (status, (string?)body!["error"]));
        Assert.Contains("closed", (string?)body["details"]!["status"]![0]!["description"]);
        var ticket = (await _world.Sandbox.Received()).Tickets.Single(t => t.Ticket == 4712);
        Assert.Equal(("closed", 0), (ticket.Status, ticket.Tags.Count));
    }

    [Fact]
    public async Task What_was_said_before_was_said_by_the_requester()
    {
        await _world.Sandbox.SeedTicket(new() { Id = 4713, RequesterId = 77, Comments = ["기사님이 오지 않았어요"] });

        var (_, ticket) = await _crm.Ask(HttpMethod.Get, "tickets/4713.json");
        var (_, comments) = await _crm.Ask(HttpMethod.Get, "tickets/4713/comments.json");

        Assert.Equal((77, "기사님이 오지 않았어요"), ((long)ticket!["ticket"]!["requester_id"]!, (string?)ticket["ticket"]!["description"]));
        Assert.Equal(77, (long)comments!["comments"]![0]!["author_id"]!);
    }

    [Fact]
    public async Task An_unknown_ticket_is_not_found() => Assert.Equal(404, (await _crm.Ask(HttpMethod.Get, "tickets/1.json")).Status);

    [Fact]
    public async Task Wrong_credentials_are_refused_and_recorded()
    {
        var (status, _) = await _world.Http.Ask(HttpMethod.Get, "zendesk/api/v2/tickets/4711.json", null, Calls.Basic("someone", "else"));

        Assert.Equal(401, status);
        Assert.Equal(401, Assert.Single((await _world.Sandbox.Received()).Refused).Status);
    }

    [Fact]
    public async Task An_address_the_crm_does_not_have_is_recorded()
    {
        Assert.Equal(404, (await _crm.Ask(HttpMethod.Get, "no/such")).Status);
        Assert.Contains("no/such", Assert.Single((await _world.Sandbox.Received()).Refused).Reason);
    }

    private static JsonObject Ticket(object change) => new() { ["ticket"] = JsonSerializer.SerializeToNode(change) };

    private static JsonObject Safe(string stamp, string tag) => Ticket(new { tags = new[] { tag }, updated_stamp = stamp, safe_update = "true" });

    private async Task<string> Stamp() => (string)(await _crm.Ask(HttpMethod.Get, "tickets/4711.json")).Body!["ticket"]!["updated_at"]!;
}
