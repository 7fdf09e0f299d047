using LocalHost.Sandbox;
using Microsoft.Extensions.Options;
using Penalties.Outside;
using Penalties.Outside.Crm;

namespace Sandbox.Tests.Contracts;

/// <summary>The app's CRM adapter against the sandbox's Zendesk.</summary>
public sealed class ZendeskContractTests : IAsyncLifetime
{
    private const long Ticket = 4711;
    private const long Field = 360001;

    private World _world = null!;
    private HttpClient _http = null!;
    private ZendeskPace _pace = null!;

    private ZendeskOptions Options => new()
    {
        BaseUrl = new Uri(_world.Http.BaseAddress!, "zendesk/"),
        Email = _world.Options.Crm.Email,
        ApiToken = _world.Options.Crm.ApiToken,
        AgentId = _world.Options.Crm.AgentId,
    };

    public async Task InitializeAsync()
    {
        _world = await World.Start();
        _http = new HttpClient();
        _pace = new(Microsoft.Extensions.Options.Options.Create(Options));
        await _world.Sandbox.SeedTicket(new() { Id = Ticket, Tags = ["vip"], Fields = new Dictionary<long, string?> { [Field] = "New" } });
    }

    public async Task DisposeAsync()
    {
        _pace.Dispose();
        _http.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task One_update_writes_an_internal_note_adds_a_tag_to_those_there_are_and_sets_the_field()
    {
        Assert.Null(await Tickets().Update($"{Ticket}", Note("첫 기록", "[n1]"), default));

        var received = await _world.Sandbox.Received(SandboxSystem.Crm);
        var note = Assert.Single(received.Notes);
        Assert.Equal((Ticket, "첫 기록 [n1]", false, _world.Options.Crm.AgentId), (note.Ticket, note.Body, note.Public, note.Author));
        var ticket = Assert.Single(received.Tickets);
        Assert.Equal(["penalty_request", "vip"], ticket.Tags.Order());
        Assert.Equal("Filed", ticket.Fields[Field]);
        Assert.Equal(1, Count(received, "ticket-update"));
    }

    [Fact]
    public async Task What_stands_there_is_not_written_again_and_an_update_that_would_change_nothing_is_none()
    {
        await Tickets().Update($"{Ticket}", Note("첫 기록", "[n1]"), default);
        await Tickets().Update($"{Ticket}", Note("첫 기록", "[n1]"), default);

        var received = await _world.Sandbox.Received(SandboxSystem.Crm);
        Assert.Single(received.Notes);
        Assert.Equal(1, Count(received, "ticket-update"));
    }

    [Fact]
    public async Task Four_writers_of_one_ticket_lose_nothing_to_each_other()
    {
        await Task.WhenAll(Enumerable.Range(1, 4).Select(async number =>
        {
            while (true)
            {
                try
                {
                    await Tickets().Update($"{Ticket}", Note($"기록 {number}", $"[n{number}]") with { Tags = [$"tag{number}"] }, default);
                    return;
                }
                catch (OutsideSystemUnavailableException race) when (race.Code == "http_409")
                {
                    // As the step that is tried again.
                }
            }
        }));

        var received = await _world.Sandbox.Received(SandboxSystem.Crm);
        Assert.Equal(4, received.Notes.Count);
        Assert.Equal(5, Assert.Single(received.Tickets).Tags.Count);
    }

    [Fact]
    public async Task A_429_is_obeyed_by_whoever_calls_next()
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Crm, Operation = "ticket-update", Kind = FaultKind.Status, Status = 429, RetryAfterSeconds = 30 });
        var tickets = new ZendeskTickets(_http, _pace, Microsoft.Extensions.Options.Options.Create(Options));
        var refused = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => tickets.Update($"{Ticket}", Note("기록", "[n1]"), default));
        Assert.Equal("http_429", refused.Code);

        var asked = Count(await _world.Sandbox.Received(SandboxSystem.Crm), "ticket-get");
        using var impatient = new CancellationTokenSource();
        var waiting = tickets.Find($"{Ticket}", impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(asked, Count(await _world.Sandbox.Received(SandboxSystem.Crm), "ticket-get"));
    }

    [Fact]
    public async Task A_ticket_that_was_updated_too_often_is_put_off_and_keeps_no_other_waiting()
    {
        await _world.Sandbox.SeedTicket(new() { Id = 4712 });
        var hurried = Options;
        (hurried.UpdatesPerTicket, hurried.Patience) = (2, TimeSpan.FromSeconds(1));
        using var pace = new ZendeskPace(Microsoft.Extensions.Options.Options.Create(hurried));
        var tickets = new ZendeskTickets(_http, pace, Microsoft.Extensions.Options.Options.Create(hurried));
        await tickets.Update($"{Ticket}", Note("기록 1", "[n1]"), default);
        await tickets.Update($"{Ticket}", Note("기록 2", "[n2]"), default);
        var put = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => tickets.Update($"{Ticket}", Note("기록 3", "[n3]"), default));
        Assert.Equal("rate_limited", put.Code);
        Assert.Null(await tickets.Update("4712", Note("기록", "[n1]"), default));
        Assert.Equal(3, (await _world.Sandbox.Received(SandboxSystem.Crm)).Notes.Count);
    }

    [Fact]
    public async Task Updates_of_all_tickets_together_keep_to_the_pace_of_the_account()
    {
        await _world.Sandbox.SeedTicket(new() { Id = 4712 });
        await _world.Sandbox.SeedTicket(new() { Id = 4713 });
        var hurried = Options;
        (hurried.UpdatesPerMinute, hurried.Patience) = (2, TimeSpan.FromSeconds(1));
        using var pace = new ZendeskPace(Microsoft.Extensions.Options.Options.Create(hurried));
        var tickets = new ZendeskTickets(_http, pace, Microsoft.Extensions.Options.Options.Create(hurried));
        await tickets.Update($"{Ticket}", Note("기록", "[n1]"), default);
        await tickets.Update("4712", Note("기록", "[n1]"), default);
        var put = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => tickets.Update("4713", Note("기록", "[n1]"), default));
        Assert.Equal("rate_limited", put.Code);
        Assert.Equal(2, (await _world.Sandbox.Received(SandboxSystem.Crm)).Notes.Count);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(422)]
    public async Task What_the_crm_will_never_take_comes_back_as_a_code(int status)
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Crm, Operation = "ticket-update", Kind = FaultKind.Status, Status = status });
        Assert.Equal($"http_{status}", await Tickets().Update($"{Ticket}", Note("기록", "[n1]"), default));
        Assert.Equal("http_404", await Tickets().Update("9999", Note("기록", "[n1]"), default));
    }

    [Fact]
    public async Task Tickets_with_a_tag_are_found_page_by_page_with_their_fields_the_one_saved_first_at_the_beginning()
    {
        for (var number = 1; number <= 130; number++)
        {
            await _world.Sandbox.SeedTicket(new() { Id = 5000 + number, Tags = ["complaint"], Fields = new Dictionary<long, string?> { [Field] = $"value {number}" } });
        }

        var since = DateTimeOffset.UtcNow.AddHours(-1);
        var first = await Tickets().Search("complaint", since, 1, default);
        var second = await Tickets().Search("complaint", since, 2, default);
        Assert.Equal((100, true, 30, false), (first.Tickets.Count, first.HasMore, second.Tickets.Count, second.HasMore));
        Assert.Equal(130, first.Tickets.Concat(second.Tickets).Select(ticket => ticket.Id).Distinct().Count());
        var one = first.Tickets[0];
        Assert.Equal($"value {one.Id - 5000}", one.Fields[Field]);
        Assert.Empty((await Tickets().Search("nothing", since, 1, default)).Tickets);
    }

    private static int Count(ReceivedDocument received, string operation) => received.Requests.FirstOrDefault(one => one.Operation == operation)?.Count ?? 0;

    private static TicketUpdate Note(string text, string marker) =>
        new([new($"{text} {marker}", marker)], ["penalty_request"], new Dictionary<long, string> { [Field] = "Filed" });

    private ZendeskTickets Tickets() => new(_http, _pace, Microsoft.Extensions.Options.Options.Create(Options));
}
