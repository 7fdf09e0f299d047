using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using LocalHost.Sandbox;
using Sandbox.Tests.Solapi;

namespace Sandbox.Tests.Faults;

public sealed class FaultTests : IAsyncLifetime
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    private World _world = null!;

    public async Task InitializeAsync() => _world = await World.Start();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_status_before_the_effect_leaves_nothing_behind()
    {
        await _world.Sandbox.Order(new()
        {
            System = SandboxSystem.Board,
            Operation = SandboxOperations.Post,
            Kind = FaultKind.Status,
            Status = 429,
            RetryAfterSeconds = 3,
        });

        using var response = await PostRaw();

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter!.Delta);
        var received = await _world.Sandbox.Received(SandboxSystem.Board);
        Assert.Empty(received.Board);
        Assert.Equal((429, SandboxOperations.Post), (received.Refused[0].Status, received.Refused[0].Operation));
    }

    [Fact]
    public async Task A_status_after_the_effect_hides_what_happened()
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, When = FaultMoment.After, Kind = FaultKind.Status, Status = 500 });

        Assert.Equal(500, await Post());

        Assert.Single((await _world.Sandbox.Received()).Board);
    }

    [Fact]
    public async Task A_fault_applies_as_often_as_it_says()
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, Kind = FaultKind.Status, Status = 503, Times = 2 });

        var statuses = new List<int> { await Post(), await Post(), await Post() };
        Assert.Equal([503, 503, 200], statuses);
    }

    [Fact]
    public async Task A_fault_leaves_other_systems_and_operations_alone()
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, Operation = SandboxOperations.Comment, Kind = FaultKind.Drop });
        await _world.Sandbox.Order(new() { System = SandboxSystem.Sms, Kind = FaultKind.Drop });

        Assert.Equal(200, await Post());
    }

    [Fact]
    public async Task Cleared_faults_do_not_happen()
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, Kind = FaultKind.Drop, Times = 9 });
        await _world.Sandbox.ClearFaults();

        Assert.Equal(200, await Post());
    }

    [Theory]
    [InlineData(FaultMoment.Before, 0)]
    [InlineData(FaultMoment.After, 1)]
    public async Task A_dropped_request_gets_no_answer(FaultMoment when, int posts)
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, When = when, Kind = FaultKind.Drop });

        await Assert.ThrowsAsync<HttpRequestException>(() => PostRaw());

        Assert.Equal(posts, (await _world.Sandbox.Received()).Board.Count);
    }

    [Theory]
    [InlineData(FaultMoment.Before, 0)]
    [InlineData(FaultMoment.After, 1)]
    public async Task A_held_request_is_seen_and_goes_on_when_released(FaultMoment when, int postsWhileHeld)
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, Operation = SandboxOperations.Post, When = when, Kind = FaultKind.Hold });
        var seen = _world.Sandbox.WhenHeld(SandboxSystem.Board, SandboxOperations.Post, s_soon);
        var post = Post();

        Assert.Equal(when, (await seen).When);
        Assert.False(post.IsCompleted);
        Assert.Equal(postsWhileHeld, (await _world.Sandbox.Received()).Board.Count);

        Assert.Equal(1, await _world.Sandbox.ReleaseHeld());
        Assert.Equal(200, await post);
        Assert.Single((await _world.Sandbox.Received()).Board);
    }

    [Theory]
    [InlineData(FaultMoment.Before, 0)]
    [InlineData(FaultMoment.After, 1)]
    public async Task When_the_caller_of_a_held_request_dies_the_effect_is_what_it_was(FaultMoment when, int posts)
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, When = when, Kind = FaultKind.Hold });
        using var caller = new TcpClient();
        await caller.ConnectAsync(_world.Http.BaseAddress!.Host, _world.Http.BaseAddress.Port);
        const string body = "{\"text\":\"x\"}";
        await caller.Client.SendAsync(Encoding.ASCII.GetBytes(
            $"POST {Address} HTTP/1.1\r\nHost: sandbox\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        await _world.Sandbox.WhenHeld(SandboxSystem.Board, SandboxOperations.Any, s_soon);

        // What the system does for a process that is killed; only the receiving half stays open, to see when the sandbox has noticed.
        caller.Client.Shutdown(SocketShutdown.Send);
        Assert.True(await Closed(caller.Client));
        await NothingIsHeld();

        Assert.Equal(0, await _world.Sandbox.ReleaseHeld());
        Assert.Equal(posts, (await _world.Sandbox.Received()).Board.Count);
    }

    /// <summary>The connection is closed a moment before the request is given up.</summary>
    private async Task NothingIsHeld()
    {
        using var limit = new CancellationTokenSource(s_soon);
        try
        {
            while (true)
            {
                await _world.Sandbox.WhenHeld(SandboxSystem.Board, SandboxOperations.Any, TimeSpan.Zero, limit.Token);
            }
        }
        catch (TimeoutException)
        {
            // None was held.
        }
    }

    [Fact]
    public async Task Waiting_for_a_held_request_that_never_comes_times_out() => await Assert.ThrowsAsync<TimeoutException>(() =>
        _world.Sandbox.WhenHeld(SandboxSystem.Crm, SandboxOperations.TicketUpdate, TimeSpan.FromMilliseconds(10)));

    [Fact]
    public async Task A_lost_answer_of_a_group_send_is_found_by_looking_the_group_up()
    {
        var solapi = new SolapiCaller(_world);
        var group = await solapi.CreateGroup();
        await solapi.Add(group, SolapiCaller.Lms());
        await _world.Sandbox.Order(new()
        {
            System = SandboxSystem.Sms,
            Operation = SandboxOperations.GroupSend,
            When = FaultMoment.After,
            Kind = FaultKind.Drop,
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => solapi.Send(group));

        Assert.Equal("COMPLETE", (string?)(await solapi.Ask(HttpMethod.Get, $"messages/v4/groups/{group}")).Body!["status"]);
        Assert.Single((await _world.Sandbox.Received()).Sms);
    }

    [Fact]
    public async Task An_order_nobody_can_carry_out_is_refused_with_what_is_allowed()
    {
        var operation = await Assert.ThrowsAsync<SandboxException>(() =>
            _world.Sandbox.Order(new() { System = SandboxSystem.Board, Operation = "shout", Kind = FaultKind.Drop }));
        var status = await Assert.ThrowsAsync<SandboxException>(() =>
            _world.Sandbox.Order(new() { System = SandboxSystem.Board, Kind = FaultKind.Status }));
        var (system, problem) = await _world.Http.Ask(HttpMethod.Post, "sandbox/faults", new { system = "weather", kind = "drop" });

        Assert.Contains("post, comment, look-up", operation.Message);
        Assert.Contains("400 to 599", status.Message);
        Assert.Equal(400, system);
        Assert.NotNull(problem!["detail"]);
    }

    [Fact]
    public async Task The_wire_form_of_an_order_is_plain()
    {
        var order = JsonNode.Parse("""{"system":"board","operation":"post","when":"after","kind":"status","status":502,"times":1}""");
        Assert.Equal(204, (await _world.Http.Ask(HttpMethod.Post, "sandbox/faults", order)).Status);
        Assert.Equal(502, await Post());
    }

    private string Address => $"/agit/webhook/{_world.Options.Board.Groups[0].WebhookToken}";

    private static async Task<bool> Closed(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1]) == 0;
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    private async Task<int> Post()
    {
        using var response = await PostRaw();
        return (int)response.StatusCode;
    }

    private Task<HttpResponseMessage> PostRaw() => _world.Http.PostAsync(Address, new StringContent("{\"text\":\"x\"}", null, "application/json"));
}
