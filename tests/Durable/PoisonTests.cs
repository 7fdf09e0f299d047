using Durable.Tests.Twins;
using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;
using static Durable.Tests.Twins.Poor;

namespace Durable.Tests;

/// <summary>An instance on which the engine keeps failing is set aside, holds nobody up, and can be put back.</summary>
public sealed class PoisonTests
{
    [Fact]
    public async Task A_turn_that_fails_in_the_engine_is_tried_again_after_growing_pauses_and_then_set_aside()
    {
        var (store, real) = (new TamperedStore(new MemoryTaskHubStore()), BusinessClock.Frozen(DurableHost.Start));
        await using var host = await DurableHost.StartAsync(Orchestrators, store, options: new() { MaxTurnAttempts = 4, RealTime = real });
        await host.RunAsync("Waits", options: new("poor"));
        var attempts = 0;
        store.RefuseTurnsOf("poor", () => attempts++);

        await host.Client.RaiseEventAsync("poor", "Go", "1");
        List<double> pauses = [];
        while (pauses.Count < 3)
        {
            var due = await Due(real);
            pauses.Add((due - real.GetUtcNow()).TotalSeconds);
            var other = await host.Client.ScheduleNewOrchestrationInstanceAsync("Ends");
            Assert.Equal("ended", (await host.Client.WaitForInstanceCompletionAsync(other, getInputsAndOutputs: true)).ReadOutputAs<string>());
            real.AdvanceTo(due);
        }

        await host.WhenIdle();
        Assert.Equal([1, 2, 4], pauses);
        Assert.Equal(4, attempts);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, "poor");
        var poison = (await host.Engine.ReadAsync("poor", withHistory: true, default))!.Status.Poison!;
        Assert.Equal(("TaskHubRefusedException: The row does not please.", 4, DurableHost.Start), (poison.Cause, poison.Attempts, poison.Since));
    }

    [Fact]
    public async Task What_comes_in_for_it_waits_untried_over_a_restart_and_is_taken_in_in_order_when_it_is_put_back()
    {
        var (store, clock) = (new TamperedStore(new MemoryTaskHubStore()), BusinessClock.Frozen(DurableHost.Start));
        var attempts = 0;
        await using (var first = await DurableHost.StartAsync(Orchestrators, store, clock, options: AtOnce))
        {
            await first.RunAsync("Waits", options: new("poor"));
            await first.RunAsync("Sends", options: new("sender"));
            store.RefuseTurnsOf("poor", () => attempts++);
            await first.RaiseAsync("poor", "Go", "1");
            Assert.Equal(3, attempts);
            await first.RaiseAsync("sender", "Go", "2");
            await first.RaiseAsync("poor", "Go", "3");
        }

        await using var second = await DurableHost.StartAsync(Orchestrators, store, clock, options: AtOnce);
        await second.AdvanceBy(TimeSpan.FromDays(9));
        await second.RaiseAsync("poor", "Go", "4");
        Assert.Equal(3, attempts);
        Assert.Equal(["poor"], await Poisoned(second));

        store.Mend();
        Assert.True(await second.Engine.PutBackAsync("poor"));
        await second.WhenIdle();

        Assert.Equal("1234", await second.OutputAsync<string>("poor"));
        Assert.Empty(await Poisoned(second));
        Assert.False(await second.Engine.PutBackAsync("poor"));
        Assert.False(await second.Engine.PutBackAsync("nobody"));
        await second.Engine.StopAsync(default);
        Assert.DoesNotContain(await second.KeysAsync(), key => key.StartsWith("message|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_is_put_back_and_fails_again_is_set_aside_again()
    {
        var store = new TamperedStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(Orchestrators, store, options: AtOnce);
        var attempts = 0;
        await Spoil(host, store, () => attempts++);

        Assert.True(await host.Engine.PutBackAsync("poor"));
        await host.WhenIdle();

        Assert.Equal(6, attempts);
        Assert.Equal(["poor"], await Poisoned(host));
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_nobodys_fault()
    {
        var store = new TamperedStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(Orchestrators, store, options: AtOnce);
        await host.RunAsync("Sleeps", options: new("s"));
        var (commits, reads) = (0, 0);
        store.Fails = _ => ++commits <= 50 ? new IOException("The store does not answer.") : null;
        store.Reads = row => row.Key.StartsWith("turn|", StringComparison.Ordinal) && ++reads <= 20 ? throw new IOException("Nor so.") : row;

        await host.AdvanceBy(TimeSpan.FromDays(3));

        await host.IsAsync(OrchestrationRuntimeStatus.Completed, "s");
        Assert.True(commits > 50 && reads > 20, $"{commits} commits, {reads} reads");
    }

    [Fact]
    public async Task A_commit_that_the_store_alone_can_not_digest_is_told_from_an_outage()
    {
        var store = new TamperedStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(Orchestrators, store, options: AtOnce);
        await host.RunAsync("Waits", options: new("poor"));
        store.Fails = changes => changes.Any(static c => c.Row.Key.StartsWith("turn|poor|", StringComparison.Ordinal)) ? new IOException("500") : null;

        await host.RaiseAsync("poor", "Go", "1");

        Assert.Equal(["poor"], await Poisoned(host));
        Assert.Contains("takes other commits", (await host.Engine.ReadAsync("poor", false, default))!.Status.Poison!.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_pause_and_the_next_start_tries_again()
    {
        var (store, clock, real) = (new TamperedStore(new MemoryTaskHubStore()), BusinessClock.Frozen(DurableHost.Start), BusinessClock.Frozen(DurableHost.Start));
        await using (var first = await DurableHost.StartAsync(Orchestrators, store, clock, options: new() { RealTime = real, ShutdownGrace = TimeSpan.FromDays(1) }))
        {
            await first.RunAsync("Waits", options: new("poor"));
            store.RefuseTurnsOf("poor");
            await first.Client.RaiseEventAsync("poor", "Go", "1");
            await Due(real);
            await first.Engine.StopAsync(default);
        }

        store.Mend();
        await using var second = await DurableHost.StartAsync(Orchestrators, store, clock);
        foreach (var payload in new[] { "2", "3", "4" })
        {
            await second.RaiseAsync("poor", "Go", payload);
        }

        Assert.Equal("1234", await second.OutputAsync<string>("poor"));
    }

    [Fact]
    public void The_settings_are_checked()
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => new DurableEngineOptions { MaxTurnAttempts = 0 }.Validate());
        Assert.Contains("MaxTurnAttempts is 0; allowed: 1 or more", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DurableEngineOptions { TurnRetryDelay = TimeSpan.FromSeconds(-1) }.Validate());
    }
}
