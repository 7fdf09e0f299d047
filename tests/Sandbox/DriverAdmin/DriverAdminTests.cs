using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LocalHost.Sandbox;

namespace Sandbox.Tests.DriverAdmin;

public sealed class DriverAdminTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_concluded = new(2026, 9, 19, 10, 0, 0, TimeSpan.FromHours(9));

    private World _world = null!;

    public async Task InitializeAsync() => _world = await World.Start();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_block_is_created_once_however_often_its_key_comes()
    {
        var first = await Block("c-1:1", "D-1");
        var again = await Block("c-1:1", "D-1");

        Assert.Equal((201, 200), (first.Status, again.Status));
        Assert.Equal(["customer-driver", "driver-customer"], first.Body!["directions"]!.AsArray().Select(d => (string?)d));
        Assert.Equal((string?)first.Body["blockedAt"], (string?)again.Body!["blockedAt"]);
        var block = Assert.Single((await _world.Sandbox.Received(SandboxSystem.DriverAdmin)).Blocks);
        Assert.Equal(("c-1:1", "D-1", "C-1", "agent-7"), (block.Key, block.DriverId, block.CustomerId, block.RequestedBy));
        Assert.Equal((2, false), (block.Calls, block.Unblocked));
    }

    [Fact]
    public async Task A_key_that_comes_with_another_driver_is_refused()
    {
        await Block("c-1:1", "D-1");

        var (status, body) = await Block("c-1:1", "D-2");

        Assert.Equal((409, "key_reused"), (status, (string?)body!["code"]));
    }

    [Fact]
    public async Task A_driver_the_admin_does_not_know_is_not_found_until_it_is_known()
    {
        await _world.Sandbox.SetDriverKnown("D-9", known: false);
        var (status, body) = await Block("c-1:1", "D-9");
        Assert.Equal((404, "driver_not_found"), (status, (string?)body!["code"]));

        await _world.Sandbox.SetDriverKnown("D-9", known: true);
        Assert.Equal(201, (await Block("c-1:1", "D-9")).Status);
    }

    [Fact]
    public async Task An_un_block_ends_the_block()
    {
        await Block("c-1:1", "D-1");
        Assert.Equal(200, (await Ask(HttpMethod.Get, "mutual-blocks/c-1:1")).Status);

        Assert.Equal(204, (await Ask(HttpMethod.Delete, "mutual-blocks/c-1:1")).Status);

        Assert.Equal(404, (await Ask(HttpMethod.Get, "mutual-blocks/c-1:1")).Status);
        Assert.Equal(404, (await Ask(HttpMethod.Delete, "mutual-blocks/c-1:1")).Status);
        Assert.True(Assert.Single((await _world.Sandbox.Received()).Blocks).Unblocked);
    }

    [Fact]
    public async Task A_block_lifted_by_hand_is_gone_under_its_key_too_and_the_same_key_blocks_anew()
    {
        await Block("c-1:1", "D-1");
        await _world.Sandbox.LiftBlock("D-1", "C-1");

        Assert.Equal(404, (await Ask(HttpMethod.Get, "mutual-blocks/c-1:1")).Status);
        Assert.Empty((await LookUp("D-1"))!["directions"]!.AsArray());
        Assert.Equal(201, (await Block("c-1:1", "D-1")).Status);
        Assert.Equal(2, (await LookUp("D-1"))!["directions"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_direction_lifted_by_hand_leaves_the_other_until_the_two_are_blocked_anew()
    {
        await Block("c-1:1", "D-1");
        await _world.Sandbox.LiftBlock("D-1", "C-1", "customer-driver");

        var half = await LookUp("D-1");
        Assert.Equal("driver-customer", (string?)Assert.Single(half!["directions"]!.AsArray()));
        Assert.Null(half["since"]);
        await Block("c-2:1", "D-1");
        Assert.Equal(2, (await LookUp("D-1"))!["directions"]!.AsArray().Count);

        var refused = await Assert.ThrowsAsync<SandboxException>(() => _world.Sandbox.LiftBlock("D-1", "C-1", "upwards"));
        Assert.Equal(400, refused.Status);
        Assert.Equal(400, (await Ask(HttpMethod.Post, "mutual-block-look-ups", new { driverId = "D-1" })).Status);
    }

    [Fact]
    public async Task An_outcome_is_pending_until_a_person_concluded_it()
    {
        var (_, before) = await Ask(HttpMethod.Get, "outcomes/case-1");
        await _world.Sandbox.Conclude(new() { CaseId = "case-1", Kind = "warning", DecidedBy = "manager-kim", ConcludedAt = s_concluded });
        var (_, after) = await Ask(HttpMethod.Get, "outcomes/case-1");

        Assert.Equal("pending", (string?)before!["state"]);
        Assert.Equal(("concluded", "warning", "manager-kim"), ((string?)after!["state"], (string?)after["kind"], (string?)after["decidedBy"]));
        Assert.Equal(s_concluded, (DateTimeOffset)after["concludedAt"]!);
        Assert.Equal([new OutcomeLookUps("case-1", 2, "concluded")], (await _world.Sandbox.Received()).Outcomes);
    }

    [Fact]
    public async Task An_outcome_is_pushed_with_a_signature()
    {
        await using var app = await Target.Start();

        var answer = await _world.Sandbox.Conclude(new()
        {
            CaseId = "case-1",
            Kind = "monitoring",
            DecidedBy = "manager-kim",
            ConcludedAt = s_concluded,
            PushTo = app.Url,
        });

        Assert.Equal(202, answer!.Status);
        var push = Assert.Single(app.Requests);
        Assert.StartsWith("v1,", push.Headers["webhook-signature"], StringComparison.Ordinal);
        var body = JsonNode.Parse(push.Body)!;
        Assert.Equal(["caseId", "kind", "decidedBy", "concludedAt"], body.AsObject().Select(p => p.Key));
        Assert.Equal("monitoring", (string?)body["kind"]);
    }

    [Fact]
    public async Task A_repeated_push_keeps_its_id_and_each_is_answered()
    {
        await using var app = await Target.Start(503, 200);

        var answers = await _world.Sandbox.ConcludeAndPush(Warning with { PushTo = app.Url, Repeat = 3 });

        Assert.Equal([503, 200, 202], answers.Select(a => a.Status));
        Assert.Single(app.Requests.Select(r => (r.Headers["webhook-id"], r.Body)).Distinct());
        Assert.All(app.Requests, r => Assert.Equal(Signature(r, _world.Options.DriverAdmin.WebhookSecret), r.Headers["webhook-signature"]));
    }

    [Fact]
    public async Task Another_secret_makes_a_signature_that_is_not_the_accounts()
    {
        const string forged = "whsec_bm90IHRoZSBzZWNyZXQgb2YgdGhlIGRyaXZlciBhZG1pbg==";
        await using var app = await Target.Start();

        await _world.Sandbox.Conclude(Warning with { PushTo = app.Url, PushSecret = forged });

        var push = Assert.Single(app.Requests);
        Assert.Equal(Signature(push, forged), push.Headers["webhook-signature"]);
        Assert.NotEqual(Signature(push, _world.Options.DriverAdmin.WebhookSecret), push.Headers["webhook-signature"]);
    }

    [Theory]
    [InlineData("not-a-secret", 1, "pushSecret must be whsec_ and base64")]
    [InlineData("whsec_***", 1, "pushSecret must be whsec_ and base64")]
    [InlineData(null, 0, "repeat must be 1 to 1000")]
    public async Task A_push_that_cannot_be_is_refused_and_concludes_nothing(string? secret, int repeat, string problem)
    {
        var refused = await Assert.ThrowsAsync<SandboxException>(() =>
            _world.Sandbox.ConcludeAndPush(Warning with { PushTo = "http://127.0.0.1:9/", PushSecret = secret, Repeat = repeat }));

        Assert.Equal(400, refused.Status);
        Assert.Contains(problem, refused.Message);
        Assert.Equal("pending", (string?)(await Ask(HttpMethod.Get, "outcomes/case-1")).Body!["state"]);
    }

    [Fact]
    public async Task An_outcome_nobody_knows_is_refused_with_the_allowed_kinds()
    {
        var refused = await Assert.ThrowsAsync<SandboxException>(() => _world.Sandbox.Conclude(new()
        {
            CaseId = "case-1",
            Kind = "medal",
            DecidedBy = "manager-kim",
            ConcludedAt = s_concluded,
        }));

        Assert.Equal(400, refused.Status);
        Assert.Contains("dispatch-restriction", refused.Message);
    }

    [Fact]
    public async Task Nothing_is_answered_without_the_bearer_token()
    {
        Assert.Equal(401, (await _world.Http.Ask(HttpMethod.Get, "driver-admin/v1/outcomes/case-1")).Status);
        Assert.Empty((await _world.Sandbox.Received()).Outcomes);
    }

    private static OutcomeOrder Warning => new() { CaseId = "case-1", Kind = "warning", DecidedBy = "manager-kim", ConcludedAt = s_concluded };

    /// <summary>By https://www.standardwebhooks.com.</summary>
    private static string Signature(TargetRequest push, string secret) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(
        Convert.FromBase64String(secret["whsec_".Length..]),
        Encoding.UTF8.GetBytes($"{push.Headers["webhook-id"]}.{push.Headers["webhook-timestamp"]}.{push.Body}")));

    private Task<(int Status, JsonNode? Body)> Block(string key, string driver) =>
        Ask(HttpMethod.Put, $"mutual-blocks/{key}", new { driverId = driver, customerId = "C-1", requestedBy = "agent-7" });

    private async Task<JsonNode?> LookUp(string driver) => (await Ask(HttpMethod.Post, "mutual-block-look-ups", new { driverId = driver, customerId = "C-1" })).Body;

    private Task<(int Status, JsonNode? Body)> Ask(HttpMethod method, string path, object? body = null) =>
        _world.Http.Ask(method, $"driver-admin/v1/{path}", body, Calls.Bearer(_world.Options.DriverAdmin.Token));
}
