using LocalHost.Sandbox;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Penalties.Outside;
using Penalties.Outside.Sms;
using Penalties.Rules;

namespace Penalties.Tests;

/// <summary>The adapter against the sandbox, which was written from the provider's documents and not from the adapter.</summary>
public sealed class NhnCloudContractTests : IAsyncLifetime
{
    private const string To = "+821012345678";
    private const string Sender = "15771577";

    private static readonly SandboxOptions World = new() { Nhn = new() { Senders = [Sender] } };
    private static readonly FeedbackMessage Message = new("제목", "본문", "test@1");

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly HttpClient _http = new();

    private SandboxServer _world = null!;
    private SandboxClient _control = null!;
    private NhnCloudSms _sms = null!;

    public async Task InitializeAsync()
    {
        _world = await SandboxServer.StartAsync(World);
        _control = _world.CreateClient();
        _sms = Sms(World.Nhn.SecretKey, Sender);
    }

    [Fact]
    public async Task A_text_is_ordered_and_delivered()
    {
        var reference = await _sms.Reserve("case-1-sms-1", default);

        var sent = await Send(reference);
        var looked = await _sms.Look(reference, default);

        Assert.Equal((true, SmsDelivery.Underway), (sent.IsSent, sent.Delivery));
        Assert.Equal((true, SmsDelivery.Delivered, "3/1000"), (looked.IsSent, looked.Delivery, looked.StatusCode));
        var text = await OneText();
        Assert.Equal(("LMS", "01012345678", Sender, "본문", "제목"), (text.Type, text.To, text.From, text.Text, text.Subject));
        Assert.Equal(("case-1-sms-1", true), (text.CustomFields["senderGroupingKey"], text.Delivered));
    }

    [Fact]
    public async Task An_order_whose_answer_was_lost_is_found_by_the_next_run()
    {
        var reference = await _sms.Reserve("key", default);
        await _control.Order(new() { System = SandboxSystem.Sms, Operation = "nhn-send", When = FaultMoment.After, Kind = FaultKind.Drop });

        await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Send(reference));
        Assert.True((await Send(reference)).IsSent);

        await OneText();
        Assert.Equal(1, await Orders());
    }

    [Fact]
    public async Task A_run_that_is_overtaken_by_another_is_refused_as_a_repeat_and_finds_what_the_other_did()
    {
        var reference = await _sms.Reserve("key", default);
        await _control.Order(new() { System = SandboxSystem.Sms, Operation = "nhn-send", Kind = FaultKind.Hold });
        var slow = Send(reference);
        await _control.WhenHeld(SandboxSystem.Sms, "nhn-send", TimeSpan.FromSeconds(30));
        var fast = await Send(reference);
        await _control.ReleaseHeld();

        Assert.True(fast.IsSent);
        Assert.Equal((true, "3/1000"), ((await slow).IsSent, (await slow).StatusCode));
        await OneText();
        Assert.Equal("-1005", Assert.Single((await _control.Received(SandboxSystem.Sms)).Refused).Reason.Split(':')[0]);
    }

    [Fact]
    public async Task Too_many_bytes_are_refused_with_the_providers_number() =>
        await IsRefused(_sms, Message with { Subject = new string('가', 21) }, "-2015");

    [Fact]
    public async Task A_character_no_handset_shows_is_refused_with_the_providers_number() => await IsRefused(_sms, Message with { Body = "똠" }, "-2023");

    [Fact]
    public async Task A_sender_that_is_not_registered_is_refused_with_the_providers_number() =>
        await IsRefused(Sms(World.Nhn.SecretKey, "15990000"), Message, "-2312");

    [Fact]
    public async Task An_order_that_is_nowhere_to_be_found_after_nine_minutes_is_unknown_and_not_ordered_again()
    {
        var reference = await _sms.Reserve("key", default);
        await _control.Order(new() { System = SandboxSystem.Sms, Operation = "nhn-send", Kind = FaultKind.Drop });
        await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Send(reference));

        _clock.Advance(TimeSpan.FromMinutes(9));
        var progress = await Send(reference);

        Assert.Equal((false, true), (progress.IsSent, progress.IsUnknown));
        Assert.Equal(1, await Orders());
        Assert.Empty((await _control.Received(SandboxSystem.Sms)).Sms);
    }

    [Fact]
    public async Task An_order_that_took_effect_is_found_after_nine_minutes_all_the_same()
    {
        var reference = await _sms.Reserve("key", default);
        await _control.Order(new() { System = SandboxSystem.Sms, Operation = "nhn-send", When = FaultMoment.After, Kind = FaultKind.Drop });
        await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Send(reference));

        _clock.Advance(TimeSpan.FromHours(1));
        var progress = await Send(reference);

        Assert.Equal((true, false), (progress.IsSent, progress.IsUnknown));
        await OneText();
    }

    [Fact]
    public async Task A_wrong_secret_is_a_fault_that_somebody_mends()
    {
        var sms = Sms("another secret", Sender);
        var reference = await sms.Reserve("key", default);

        var fault = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Send(reference, sms: sms));

        Assert.StartsWith("result_-", fault.Code, StringComparison.Ordinal);
        Assert.Equal(0, await Orders());
    }

    [Theory]
    [InlineData("nhn-list")]
    [InlineData("nhn-send")]
    public async Task A_provider_that_is_away_is_tried_again(string operation)
    {
        var reference = await _sms.Reserve("key", default);
        await _control.Order(new() { System = SandboxSystem.Sms, Operation = operation, Kind = FaultKind.Status, Status = 503 });

        var fault = await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Send(reference));
        Assert.Equal("http_503", fault.Code);

        Assert.True((await Send(reference)).IsSent);
        await OneText();
    }

    [Theory]
    [InlineData("3003", SmsDelivery.Failed, "3/3003")]
    [InlineData("E999", SmsDelivery.Failed, "0/E999")]
    [InlineData("2000", SmsDelivery.Underway, "3/2000")]
    [InlineData("E915", SmsDelivery.Underway, "5/E915")]
    public async Task A_text_that_did_not_arrive_says_so_by_its_code(string code, SmsDelivery delivery, string statusCode)
    {
        await _control.NextSms(SmsResult.Failed, code);
        var reference = await _sms.Reserve("key", default);
        await Send(reference);

        var progress = await _sms.Look(reference, default);

        Assert.Equal((true, delivery, statusCode), (progress.IsSent, progress.Delivery, progress.StatusCode));
    }

    [Fact]
    public async Task A_text_that_stays_with_the_carrier_is_underway_until_it_is_settled()
    {
        await _control.NextSms(SmsResult.Stays);
        var reference = await _sms.Reserve("key", default);
        await Send(reference);
        Assert.Equal("2/", (await _sms.Look(reference, default)).StatusCode);

        await _control.SettleSms((await OneText()).MessageId, SmsResult.Delivered);

        Assert.Equal(SmsDelivery.Delivered, (await _sms.Look(reference, default)).Delivery);
    }

    public async Task DisposeAsync()
    {
        _control.Dispose();
        _http.Dispose();
        await _world.DisposeAsync();
    }

    private async Task IsRefused(NhnCloudSms sms, FeedbackMessage message, string code)
    {
        var reference = await sms.Reserve("key", default);

        var first = await Send(reference, message, sms);
        var second = await Send(reference, message, sms);

        Assert.Equal((false, code), (first.IsSent, first.RefusedWith));
        Assert.Equal(first, second);
        Assert.Empty((await _control.Received(SandboxSystem.Sms)).Sms);
    }

    private NhnCloudSms Sms(string secretKey, string sender) => new(
        _http,
        Options.Create(new NhnCloudOptions
        {
            BaseUrl = new(_world.BaseAddress, "nhn"),
            AppKey = World.Nhn.AppKey,
            SecretKey = secretKey,
            SenderNumber = sender,
        }),
        _clock);

    private Task<SmsProgress> Send(string reference, FeedbackMessage? message = null, NhnCloudSms? sms = null) =>
        (sms ?? _sms).Send(reference, To, message ?? Message, () => Task.FromResult(true), default);

    private async Task<ReceivedSms> OneText() => Assert.Single((await _control.Received(SandboxSystem.Sms)).Sms);

    private async Task<int> Orders() =>
        (await _control.Received(SandboxSystem.Sms)).Requests.Where(request => request.Operation == SandboxOperations.NhnSend).Sum(request => request.Count);
}
