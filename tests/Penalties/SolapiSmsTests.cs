using LocalHost.Sandbox;
using Microsoft.Extensions.DependencyInjection;
using Penalties.Outside;
using Penalties.Outside.Sms;
using Penalties.Rules;

namespace Penalties.Tests;

public sealed class SolapiSmsTests : IAsyncLifetime
{
    private const string To = "+821012345678";

    private static readonly FeedbackMessage Message = new("제목", "본문", "test@1");

    private SandboxServer _world = null!;
    private SandboxClient _control = null!;
    private ServiceProvider _app = null!;
    private SolapiSms _sms = null!;

    public async Task InitializeAsync()
    {
        _world = await SandboxServer.StartAsync(new SandboxOptions());
        _control = _world.CreateClient();
        _app = App.At(_world);
        _sms = _app.GetRequiredService<SolapiSms>();
    }

    [Fact]
    public async Task A_second_run_finds_the_message_sent_and_sends_no_other()
    {
        var group = await _sms.Reserve("key", default);
        var first = await Send(group);
        var second = await Send(group);

        Assert.Equal((true, SmsDelivery.Delivered, null), (first.IsSent, first.Delivery, first.RefusedWith));
        Assert.Equal(first, second);
        await OneText();
    }

    [Theory]
    [InlineData("group-add")]
    [InlineData("group-send")]
    public async Task A_run_that_is_overtaken_by_another_at_any_request_says_what_the_other_did(string operation)
    {
        var group = await _sms.Reserve("key", default);
        await _control.Order(new() { System = SandboxSystem.Sms, Operation = operation, Kind = FaultKind.Hold });
        var slow = Send(group);
        await _control.WhenHeld(SandboxSystem.Sms, operation, TimeSpan.FromSeconds(30));
        var fast = await Send(group);
        await _control.ReleaseHeld();

        Assert.True(fast.IsSent);
        Assert.Equal(fast, await slow);
        await OneText();
    }

    [Fact]
    public async Task Two_runs_that_both_add_leave_two_messages_and_the_accepted_one_counts()
    {
        var group = await _sms.Reserve("key", default);
        await _control.Order(new() { System = SandboxSystem.Sms, Operation = "group-add", Kind = FaultKind.Hold });
        var slow = Send(group, mayStillSend: false);
        await _control.WhenHeld(SandboxSystem.Sms, "group-add", TimeSpan.FromSeconds(30));
        Assert.False((await Send(group, mayStillSend: false)).IsSent);
        await _control.ReleaseHeld();

        var progress = await slow;
        Assert.Equal((false, true, "2000", null), (progress.IsSent, progress.HasMessage, progress.StatusCode, progress.RefusedWith));
        Assert.True((await Send(group)).IsSent);
        await OneText();
    }

    [Theory]
    [InlineData("group-add")]
    [InlineData("group-send")]
    [InlineData("look-up")]
    public async Task A_lost_answer_is_looked_up_by_the_next_run(string operation)
    {
        var group = await _sms.Reserve("key", default);
        await _control.Order(new() { System = SandboxSystem.Sms, Operation = operation, When = FaultMoment.After, Kind = FaultKind.Drop });
        if (operation != "look-up")
        {
            await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Send(group));
        }

        Assert.True((await Send(group)).IsSent);
        await OneText();
    }

    [Theory]
    [InlineData("group-add", 400)]
    [InlineData("group-add", 404)]
    [InlineData("group-send", 400)]
    [InlineData("group-send", 404)]
    public async Task A_refusal_of_what_took_effect_all_the_same_is_none(string operation, int status)
    {
        var group = await _sms.Reserve("key", default);
        await _control.Order(
            new() { System = SandboxSystem.Sms, Operation = operation, When = FaultMoment.After, Kind = FaultKind.Status, Status = status });

        var progress = await Send(group);

        Assert.Equal((true, null), (progress.IsSent, progress.RefusedWith));
        await OneText();
    }

    [Fact]
    public async Task A_refused_number_is_refused_with_the_providers_code_however_often_it_is_tried()
    {
        var group = await _sms.Reserve("key", default);
        var tooLong = Message with { Subject = new string('가', 40) };
        var first = await _sms.Send(group, To, tooLong, () => Task.FromResult(true), default);
        var second = await _sms.Send(group, To, tooLong, () => Task.FromResult(true), default);

        Assert.StartsWith("1", first.RefusedWith, StringComparison.Ordinal);
        Assert.Equal((false, first.RefusedWith), (second.IsSent, second.RefusedWith));
        Assert.Empty((await _control.Received(SandboxSystem.Sms)).Sms);
    }

    [Fact]
    public async Task An_add_that_is_refused_and_left_nothing_in_the_group_is_refused_with_the_code()
    {
        var group = await _sms.Reserve("key", default);
        await _control.Order(new() { System = SandboxSystem.Sms, Operation = "group-add", Kind = FaultKind.Status, Status = 400 });

        Assert.Equal("InternalError", (await Send(group)).RefusedWith);
    }

    [Fact]
    public async Task A_send_order_that_is_refused_while_the_message_waits_is_tried_again_and_no_refusal_of_the_message()
    {
        var group = await _sms.Reserve("key", default);
        await _control.Order(new() { System = SandboxSystem.Sms, Operation = "group-send", Kind = FaultKind.Status, Status = 400 });

        await Assert.ThrowsAsync<OutsideSystemUnavailableException>(() => Send(group));
        Assert.True((await Send(group)).IsSent);
        await OneText();
    }

    [Fact]
    public async Task Nothing_is_sent_once_it_may_not_be()
    {
        var group = await _sms.Reserve("key", default);
        var progress = await Send(group, mayStillSend: false);

        Assert.Equal((false, true, null), (progress.IsSent, progress.HasMessage, progress.RefusedWith));
        Assert.Empty((await _control.Received(SandboxSystem.Sms)).Sms);
    }

    [Fact]
    public async Task The_balance_is_told_in_won() => Assert.Equal(100_000m, await _sms.Balance(default));

    public async Task DisposeAsync()
    {
        _control.Dispose();
        await _app.DisposeAsync();
        await _world.DisposeAsync();
    }

    private Task<SmsProgress> Send(string group, bool mayStillSend = true) => _sms.Send(group, To, Message, () => Task.FromResult(mayStillSend), default);

    private async Task OneText() => Assert.Single((await _control.Received(SandboxSystem.Sms)).Sms);
}
