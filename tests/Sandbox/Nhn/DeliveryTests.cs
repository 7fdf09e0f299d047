using System.Text.Json.Nodes;
using FunctionsHosting.Clock;
using LocalHost.Sandbox;
using Sandbox.Tests.Solapi;

namespace Sandbox.Tests.Nhn;

public sealed class DeliveryTests : IAsyncLifetime
{
    private readonly WorkTracker _work = new();
    private World _world = null!;
    private NhnCaller _nhn = null!;

    public async Task InitializeAsync()
    {
        _world = await World.Start(new() { Work = _work, Sms = new() { ReportRetry = TimeSpan.FromMilliseconds(1) } });
        _nhn = new(_world);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(SmsResult.Delivered, null, "3", "1000")]
    [InlineData(SmsResult.Failed, null, "3", "3001")]
    [InlineData(SmsResult.Failed, "2003", "3", "2003")]
    [InlineData(SmsResult.Failed, "E999", "0", "E999")]
    [InlineData(SmsResult.Failed, "E915", "5", "E915")]
    [InlineData(SmsResult.Stays, null, "2", null)]
    public async Task A_message_meets_the_fate_that_was_ordered(SmsResult result, string? code, string msgStatus, string? resultCode)
    {
        await _world.Sandbox.NextSms(result, code);
        await _nhn.OrderOne(NhnCaller.Lms());

        var row = Assert.Single((await _nhn.List())["body"]!["data"]!.AsArray())!;
        Assert.Equal((msgStatus, resultCode), ((string?)row["msgStatus"], (string?)row["resultCode"]));
        Assert.Equal(resultCode ?? "", (await OneText()).StatusCode);
    }

    [Fact]
    public async Task Orders_of_fates_hold_for_whichever_provider_is_next_in_its_own_codes()
    {
        await _world.Sandbox.NextSms(SmsResult.Failed, "3054");
        await _world.Sandbox.NextSms(SmsResult.Failed, "E999");
        await _world.Sandbox.NextSms(SmsResult.Failed, "E999");

        await _nhn.OrderOne(NhnCaller.Lms());
        await new SolapiCaller(_world).SendOne(SolapiCaller.Lms());
        await _nhn.OrderOne(NhnCaller.Lms());

        Assert.Equal(["3001", "3040", "E999"], (await _world.Sandbox.Received()).Sms.Select(sms => sms.StatusCode));
    }

    [Theory]
    [InlineData(SmsResult.Failed, "1000")]
    [InlineData(SmsResult.Failed, "4000")]
    [InlineData(SmsResult.Delivered, "E999")]
    [InlineData(SmsResult.Stays, "1000")]
    public async Task A_code_that_means_the_result_at_no_provider_is_refused(SmsResult result, string code)
    {
        var refused = await Assert.ThrowsAsync<SandboxException>(() => _world.Sandbox.NextSms(result, code));
        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public async Task A_message_that_stays_is_settled_later_and_only_once()
    {
        await _world.Sandbox.NextSms(SmsResult.Stays);
        await _nhn.OrderOne(NhnCaller.Lms());
        var id = (await OneText()).MessageId;

        await _world.Sandbox.SettleSms(id, SmsResult.Delivered);

        Assert.True((await OneText()).Delivered);
        var again = await Assert.ThrowsAsync<SandboxException>(() => _world.Sandbox.SettleSms(id, SmsResult.Failed));
        Assert.Equal(404, again.Status);
    }

    [Fact]
    public async Task A_result_is_reported_with_the_signature_that_was_agreed()
    {
        await using var app = await Target.Start(200);
        await _world.Sandbox.ReportSmsTo(app.Url);

        var requestId = await _nhn.OrderOne(NhnCaller.Lms(key: "case-1:1"));
        await _work.WhenIdle();

        var request = Assert.Single(app.Requests);
        Assert.Equal(_world.Options.Nhn.WebhookSignature, request.Headers["x-toast-webhook-signature"]);
        var report = JsonNode.Parse(request.Body)!;
        Assert.Equal(
            ("MESSAGE_RESULT_UPDATE", "SMS", _world.Options.Nhn.AppKey), ((string?)report["event"], (string?)report["productName"], (string?)report["appKey"]));
        var hook = Assert.Single(report["hooks"]!.AsArray())!;
        Assert.Equal((requestId, 1, "case-1:1"), ((string?)hook["requestId"], (int)hook["recipientSeq"]!, (string?)hook["senderGroupingKey"]));
        Assert.Equal(("COMPLETED", "1000"), ((string?)hook["messageStatus"], (string?)hook["resultCode"]));
        Assert.Equal([(await OneText()).MessageId], Assert.Single((await _world.Sandbox.Received()).Reports).MessageIds);
    }

    [Theory]
    [InlineData("E915", "DUPLICATED")]
    [InlineData("E999", "FAILED")]
    [InlineData("3001", "COMPLETED")]
    public async Task A_result_settled_later_is_reported_in_nhns_words(string code, string messageStatus)
    {
        await using var app = await Target.Start(200);
        await _world.Sandbox.ReportSmsTo(app.Url);
        await _world.Sandbox.NextSms(SmsResult.Stays);
        await _nhn.OrderOne(NhnCaller.Lms());
        await _work.WhenIdle();
        Assert.Empty(app.Requests);

        await _world.Sandbox.SettleSms((await OneText()).MessageId, SmsResult.Failed, code);
        await _work.WhenIdle();

        var hook = JsonNode.Parse(Assert.Single(app.Requests).Body)!["hooks"]![0]!;
        Assert.Equal((messageStatus, code), ((string?)hook["messageStatus"], (string?)hook["resultCode"]));
    }

    [Fact]
    public async Task A_reset_forgets_messages_keys_and_fates()
    {
        await _nhn.Order(NhnCaller.Lms(), "key");
        await _world.Sandbox.NextSms(SmsResult.Failed);
        await _world.Sandbox.Reset();

        Assert.Equal(0, NhnCaller.Code((await _nhn.Order(NhnCaller.Lms(), "key")).Body));
        Assert.True((await OneText()).Delivered);
    }

    private async Task<ReceivedSms> OneText() => Assert.Single((await _world.Sandbox.Received(SandboxSystem.Sms)).Sms);
}
