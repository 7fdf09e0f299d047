using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalHost.Sandbox;
using LocalHost.Sandbox.Faults;
using Microsoft.AspNetCore.Http;

namespace Sandbox.Tests.Faults;

/// <summary>Answers whose headers are right and whose body is late, cut or none of the contract's.</summary>
public sealed class BodyTests : IAsyncLifetime
{
    private const int Hour = 3_600_000;

    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    private World _world = null!;

    public async Task InitializeAsync() => _world = await World.Start();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    public static TheoryData<SandboxSystem, FaultMoment> Everywhere()
    {
        var all = new TheoryData<SandboxSystem, FaultMoment>();
        foreach (var system in Enum.GetValues<SandboxSystem>())
        {
            all.Add(system, FaultMoment.Before);
            all.Add(system, FaultMoment.After);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_slow_body_is_the_usual_one_in_the_end(SandboxSystem system, FaultMoment when)
    {
        using var usual = await Look.At(_world, system);
        await _world.Sandbox.Order(new() { System = system, When = when, Kind = FaultKind.SlowBody, DelayMs = 7 });

        using var slow = await Look.At(_world, system);

        Assert.Equal((200, "application/json"), ((int)slow.StatusCode, slow.Content.Headers.ContentType!.MediaType));
        Assert.True(JsonNode.DeepEquals(await Json(usual), await Json(slow)));
    }

    [Fact]
    public async Task After_the_effect_the_first_piece_of_a_slow_body_comes_at_once_and_the_rest_does_not()
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, When = FaultMoment.After, Kind = FaultKind.SlowBody, DelayMs = Hour });

        using var response = await Post();
        var read = await (await response.Content.ReadAsStreamAsync()).ReadAsync(new byte[4096]).AsTask().WaitAsync(s_soon);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.InRange(read, 1, (int)response.Content.Headers.ContentLength!.Value - 1);
        Assert.Single((await _world.Sandbox.Received()).Board);
    }

    [Fact]
    public async Task Before_the_effect_a_slow_body_begins_with_white_space_and_nothing_has_happened()
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, When = FaultMoment.Before, Kind = FaultKind.SlowBody, DelayMs = Hour });

        using var response = await Post();
        var piece = new byte[4096];
        var read = await (await response.Content.ReadAsStreamAsync()).ReadAsync(piece).AsTask().WaitAsync(s_soon);

        Assert.Equal((200, " "), ((int)response.StatusCode, Encoding.UTF8.GetString(piece, 0, read)));
        Assert.Empty((await _world.Sandbox.Received()).Board);
    }

    [Fact]
    public async Task A_slow_body_before_the_effect_takes_effect_at_its_end()
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, When = FaultMoment.Before, Kind = FaultKind.SlowBody, DelayMs = 7 });

        using var response = await Post(HttpCompletionOption.ResponseContentRead);

        Assert.Equal((long)(await Json(response))["id"]!, Assert.Single((await _world.Sandbox.Received()).Board).Id);
    }

    [Fact]
    public async Task A_caller_who_goes_away_before_the_effect_keeps_it_from_happening()
    {
        var happened = false;
        var gone = new DefaultHttpContext { RequestAborted = new(canceled: true) };
        var slow = new SlowBodyBeforeEffect(
            () =>
            {
                happened = true;
                return Results.NoContent();
            },
            TimeSpan.FromMilliseconds(7),
            CancellationToken.None);

        await slow.ExecuteAsync(gone);

        Assert.False(happened);
    }

    [Fact]
    public async Task A_promised_success_that_is_none_in_the_end_is_cut()
    {
        await _world.Sandbox.SetDriverKnown("D-9", known: false);
        await _world.Sandbox.Order(new() { System = SandboxSystem.DriverAdmin, When = FaultMoment.Before, Kind = FaultKind.SlowBody, DelayMs = 7 });

        await Assert.ThrowsAsync<HttpRequestException>(() => _world.Http.Ask(
            HttpMethod.Put, "driver-admin/v1/mutual-blocks/k", new { driverId = "D-9", customerId = "C-1" }, Calls.Bearer(_world.Options.DriverAdmin.Token)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(5_000)]
    public void A_body_is_sent_in_several_pieces_that_make_the_whole(int length)
    {
        byte[] body = [.. Enumerable.Range(0, length).Select(i => (byte)i)];

        var pieces = SlowBody.Pieces(body);

        Assert.InRange(pieces.Count, 2, 8);
        Assert.Equal(body, pieces.SelectMany(p => p));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_cut_body_ends_before_its_promised_length(SandboxSystem system, FaultMoment when)
    {
        await _world.Sandbox.Order(new() { System = system, When = when, Kind = FaultKind.CutBody });

        using var response = await Look.At(_world, system, HttpCompletionOption.ResponseHeadersRead);
        var promised = (int)response.Content.Headers.ContentLength!.Value;
        var part = new byte[promised];
        var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(part.AsMemory(0, promised / 2));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal((byte)'{', part[0]);
        await Assert.ThrowsAsync<HttpIOException>(async () => await body.ReadExactlyAsync(part.AsMemory(0, 1)));
    }

    [Theory]
    [InlineData(FaultMoment.Before, 0)]
    [InlineData(FaultMoment.After, 1)]
    public async Task A_cut_body_tells_nothing_of_the_effect(FaultMoment when, int posts)
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, When = when, Kind = FaultKind.CutBody });

        await Assert.ThrowsAsync<HttpRequestException>(() => Post(HttpCompletionOption.ResponseContentRead));

        Assert.Equal(posts, (await _world.Sandbox.Received()).Board.Count);
    }

    [Theory]
    [InlineData(FaultKind.CutBody)]
    [InlineData(FaultKind.SlowBody)]
    public async Task An_answer_without_a_body_is_cut_to_none_and_cannot_be_slow(FaultKind kind)
    {
        var bearer = Calls.Bearer(_world.Options.DriverAdmin.Token);
        await _world.Http.Ask(HttpMethod.Put, "driver-admin/v1/mutual-blocks/k", new { driverId = "D-1", customerId = "C-1" }, bearer);
        await _world.Sandbox.Order(new()
        {
            System = SandboxSystem.DriverAdmin,
            Operation = SandboxOperations.UnBlock,
            When = FaultMoment.After,
            Kind = kind,
            DelayMs = kind == FaultKind.SlowBody ? Hour : 0,
        });

        var unblock = _world.Http.Ask(HttpMethod.Delete, "driver-admin/v1/mutual-blocks/k", null, bearer);

        if (kind == FaultKind.CutBody)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => unblock);
        }
        else
        {
            Assert.Equal((204, null), await unblock);
        }

        Assert.True(Assert.Single((await _world.Sandbox.Received()).Blocks).Unblocked);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Garbage_is_a_success_that_is_no_json(SandboxSystem system, FaultMoment when)
    {
        await _world.Sandbox.Order(new() { System = system, When = when, Kind = FaultKind.Garbage });

        using var response = await Look.At(_world, system);

        Assert.Equal((200, "text/html"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        await Assert.ThrowsAnyAsync<JsonException>(() => Json(response));
    }

    [Theory]
    [InlineData(FaultMoment.Before, 0)]
    [InlineData(FaultMoment.After, 1)]
    public async Task Garbage_may_be_json_of_another_contract(FaultMoment when, int posts)
    {
        await _world.Sandbox.Order(new() { System = SandboxSystem.Board, When = when, Kind = FaultKind.Garbage, Body = "[]" });

        using var response = await Post();

        Assert.Equal((200, "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Equal("[]", await response.Content.ReadAsStringAsync());
        Assert.Equal(posts, (await _world.Sandbox.Received()).Board.Count);
    }

    private static async Task<JsonNode> Json(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    private async Task<HttpResponseMessage> Post(HttpCompletionOption completion = HttpCompletionOption.ResponseHeadersRead)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"agit/webhook/{_world.Options.Board.Groups[0].WebhookToken}")
        {
            Content = new StringContent("{\"text\":\"x\"}", null, "application/json"),
        };
        return await _world.Http.SendAsync(request, completion);
    }
}
