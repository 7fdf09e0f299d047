using LocalHost.Sandbox;

namespace Sandbox.Tests;

public sealed class ServerTests
{
    [Fact]
    public async Task A_taken_port_is_named()
    {
        await using var world = await World.Start();
        var port = world.Http.BaseAddress!.Port;

        var taken = await Assert.ThrowsAsync<IOException>(() => SandboxServer.StartAsync(new() { Port = port }));

        Assert.Contains(port.ToString(), taken.Message);
    }

    [Fact]
    public async Task Stopping_ends_what_is_held_and_what_waits()
    {
        var server = await SandboxServer.StartAsync(new());
        using var sandbox = server.CreateClient();
        using var caller = new HttpClient { BaseAddress = server.BaseAddress };
        await sandbox.Order(new() { System = SandboxSystem.Board, Operation = SandboxOperations.LookUp, Kind = FaultKind.Hold });
        var waits = sandbox.WhenHeld(SandboxSystem.Sms, SandboxOperations.Any, TimeSpan.FromMinutes(5));
        var held = caller.GetAsync("agit/v2/groups");
        await sandbox.WhenHeld(SandboxSystem.Board, SandboxOperations.LookUp, TimeSpan.FromMinutes(5));

        await server.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => held);
        await Assert.ThrowsAsync<HttpRequestException>(() => waits);
    }

    [Fact]
    public async Task A_query_that_is_no_number_is_refused_and_recorded()
    {
        await using var world = await World.Start();

        var (status, _) = await world.Http.Ask(HttpMethod.Get, "agit/v2/groups?limit=all", null, Calls.Bearer(world.Options.Board.BotToken));

        Assert.Equal(400, status);
        Assert.Contains("limit", Assert.Single((await world.Sandbox.Received()).Refused).Reason);
    }
}
