using System.Globalization;
using LocalHost.Sandbox;
using LocalHost.Sandbox.Zendesk;

namespace Sandbox.Tests.Zendesk;

public sealed class WebhookTests
{
    private const string Secret = "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA=";
    private const string Timestamp = "2021-07-25T10:00:00Z";
    private const string Body = """{"say": "hello"}""";

    [Fact]
    public void The_signature_is_over_timestamp_then_body() =>
        Assert.Equal("Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk=", WebhookSender.Sign(Secret, Timestamp, Body));

    [Fact]
    public void The_older_vector_over_body_then_timestamp_does_not_match() =>
        Assert.NotEqual("tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw=", WebhookSender.Sign(Secret, Timestamp, Body));

    [Fact]
    public async Task The_webhook_carries_body_signature_and_ids_and_gives_back_the_answer()
    {
        await using var world = await World.Start();
        await using var app = await Target.Start();

        var order = new WebhookOrder { TargetUrl = app.Url, Body = Body, Secret = Secret, Timestamp = Timestamp, InvocationId = "inv-1" };
        var answer = await world.Sandbox.SendWebhook(order);

        Assert.Equal(new TargetAnswer(202, "/api/penalty-requests/1", "7", "seen"), answer);
        var request = Assert.Single(app.Requests);
        Assert.Equal(Body, request.Body);
        Assert.Equal("Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk=", request.Headers["x-zendesk-webhook-signature"]);
        Assert.Equal(Timestamp, request.Headers["x-zendesk-webhook-signature-timestamp"]);
        Assert.Equal(world.Options.Crm.AccountId, request.Headers["x-zendesk-account-id"]);
        Assert.Equal(world.Options.Crm.WebhookId, request.Headers["x-zendesk-webhook-id"]);
        Assert.Equal("inv-1", request.Headers["x-zendesk-webhook-invocation-id"]);
    }

    [Fact]
    public async Task By_default_it_is_signed_now_with_the_accounts_secret()
    {
        await using var world = await World.Start();
        await using var app = await Target.Start();

        await world.Sandbox.SendWebhook(new() { TargetUrl = app.Url, Body = "{\"비고\":\"한글\"}" });

        var request = Assert.Single(app.Requests);
        var stamp = request.Headers["x-zendesk-webhook-signature-timestamp"];
        Assert.Equal(WebhookSender.Sign(world.Options.Crm.WebhookSecret, stamp, request.Body), request.Headers["x-zendesk-webhook-signature"]);
        var age = DateTimeOffset.UtcNow - DateTimeOffset.Parse(stamp, CultureInfo.InvariantCulture);
        Assert.InRange(age, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_repeated_webhook_keeps_its_invocation_id()
    {
        await using var world = await World.Start();
        await using var app = await Target.Start(202, 200, 503);

        var answers = await world.Sandbox.SendWebhooks(new() { TargetUrl = app.Url, Body = "{}", Repeat = 3 });

        Assert.Equal([202, 200, 503], answers.Select(a => a.Status));
        Assert.Single(app.Requests.Select(r => r.Headers["x-zendesk-webhook-invocation-id"]).Distinct());
    }

    [Fact]
    public async Task A_target_that_does_not_answer_is_told_apart_from_one_that_does()
    {
        await using var world = await World.Start();
        var app = await Target.Start();
        var url = app.Url;
        await app.DisposeAsync();

        var refused = await Assert.ThrowsAsync<SandboxException>(() => world.Sandbox.SendWebhook(new() { TargetUrl = url, Body = "{}" }));

        Assert.Equal(502, refused.Status);
    }
}
