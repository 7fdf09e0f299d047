using System.Collections.Concurrent;
using Durable.Tests.Twins;
using LocalHost.Clock;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using static Durable.Tests.Twins.Poor;

namespace Durable.Tests;

/// <summary>What can still be done with an instance that is set aside, and what a failed turn must not lose.</summary>
public sealed class PoisonedLivesTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_poisoned_child_is_terminated_and_its_parent_hears_of_it(bool historyIsReadable)
    {
        var store = new TamperedStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(Orchestrators, store, options: AtOnce);
        await host.RunAsync("Parent", options: new("parent"));
        await Spoil(host, store, raiseOnly: true);
        store.Mend();
        store.Reads = row => historyIsReadable ? row : Spoilt(row, "a history row that is no JSON");

        await host.Client.TerminateInstanceAsync("poor", "enough");
        await host.WhenIdle();

        await host.IsAsync(OrchestrationRuntimeStatus.Terminated, "poor");
        Assert.Equal("enough", (await host.GetAsync("poor")).ReadOutputAs<string>());
        Assert.Empty(await Poisoned(host));
        Assert.Equal("child was ended", await host.OutputAsync<string>("parent"));
        Assert.Equal(1, (await host.Client.PurgeInstanceAsync("poor")).PurgedInstanceCount);
        await host.Engine.StopAsync(default);
        Assert.DoesNotContain(await host.KeysAsync(), static key => key.Contains("|poor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_poisoned_instance_is_purged_with_what_waits_for_it_and_its_id_is_free()
    {
        var store = new TamperedStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(Orchestrators, store, options: AtOnce);
        await Spoil(host, store);
        await host.RaiseAsync("poor", "Go", "2");
        store.Mend();

        Assert.Equal(1, (await host.Client.PurgeInstanceAsync("poor")).PurgedInstanceCount);
        await host.RunAsync("Waits", options: new("poor"));
        foreach (var payload in new[] { "a", "b", "c", "d" })
        {
            await host.RaiseAsync("poor", "Go", payload);
        }

        Assert.Equal("abcd", await host.OutputAsync<string>("poor"));
    }

    [Fact]
    public async Task An_order_given_while_a_turn_is_tried_again_is_answered()
    {
        var (store, real) = (new TamperedStore(new MemoryTaskHubStore()), BusinessClock.Frozen(DurableHost.Start));
        await using var host = await DurableHost.StartAsync(Orchestrators, store, options: new() { MaxTurnAttempts = 2, RealTime = real });
        await host.RunAsync("Waits", options: new("poor"));
        store.RefuseTurnsOf("poor");
        await host.Client.RaiseEventAsync("poor", "Go", "1");
        var due = await Due(real);
        var purge = host.Client.PurgeInstanceAsync("poor");
        Assert.False(purge.IsCompleted);
        real.AdvanceTo(due);

        Assert.Equal(1, (await purge).PurgedInstanceCount);
    }

    [Fact]
    public async Task A_child_whose_first_turn_fails_is_seen_and_can_be_put_back()
    {
        var store = new TamperedStore(new MemoryTaskHubStore());
        store.RefuseTurnsOf("poor");
        await using var host = await DurableHost.StartAsync(Orchestrators, store, options: AtOnce);
        await host.RunAsync("Parent", options: new("parent"));
        Assert.Equal(["poor"], await Poisoned(host));
        await host.IsAsync(OrchestrationRuntimeStatus.Pending, "poor");

        store.Mend();
        Assert.True(await host.Engine.PutBackAsync("poor"));
        foreach (var payload in new[] { "1", "2", "3", "4" })
        {
            await host.RaiseAsync("poor", "Go", payload);
        }

        Assert.Equal("1234", await host.OutputAsync<string>("parent"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_child_that_was_ended_or_purged_before_its_first_turn_does_not_begin(bool purged)
    {
        var store = new TamperedStore(new MemoryTaskHubStore());
        store.RefuseTurnsOf("poor");
        await using var host = await DurableHost.StartAsync(Orchestrators, store, options: AtOnce);
        await host.RunAsync("Parent", options: new("parent"));
        store.Mend();

        if (purged)
        {
            await host.Client.PurgeInstanceAsync("poor");
        }
        else
        {
            await host.Client.TerminateInstanceAsync("poor", "enough");
        }

        await host.WhenIdle();
        Assert.Equal(purged ? null : OrchestrationRuntimeStatus.Terminated, (await host.Client.GetInstanceAsync("poor"))?.RuntimeStatus);
        await host.IsAsync(purged ? OrchestrationRuntimeStatus.Running : OrchestrationRuntimeStatus.Completed, "parent");
        await host.Engine.StopAsync(CancellationToken.None);
        Assert.DoesNotContain(await host.KeysAsync(), static key => key.StartsWith("message|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_child_whose_first_turn_is_tried_again_keeps_its_large_input_and_replaces_what_it_had_replaced()
    {
        var (memory, clock, input) = (new MemoryTaskHubStore(), BusinessClock.Frozen(DurableHost.Start), Letters.Of(200_000));
        var store = new TamperedStore(memory);
        void Functions(DurableTaskRegistry functions) => functions
            .AddOrchestratorFunc<string, string>("Keeps", async (context, text) => text + await context.WaitForExternalEvent<string>("E"))
            .AddOrchestratorFunc("Calls", context => context.CallSubOrchestratorAsync<string>("Keeps", input, new TaskOptions().WithInstanceId("poor")));
        await using (var first = await DurableHost.StartAsync(Functions, store, clock, options: AtOnce))
        {
            await first.RunAsync("Keeps", "former", new("poor"));
            store.RefuseTurnsOf("poor", store.Mend);
            await first.RunAsync("Calls", options: new("parent"));
            Assert.Single(await first.KeysAsync(), static key => key.StartsWith("turn|poor|", StringComparison.Ordinal));
            await first.Engine.StopAsync(CancellationToken.None);
        }

        await using var second = await DurableHost.StartAsync(Functions, memory, clock, options: AtOnce);
        await second.RaiseAsync("poor", "E", "e");

        Assert.Equal(input + "e", await second.OutputAsync<string>("parent"));
    }

    [Fact]
    public async Task Events_that_came_before_a_planned_start_survive_a_first_turn_that_fails()
    {
        var store = new TamperedStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(Orchestrators, store, options: AtOnce);
        await host.RunAsync("Waits", options: new("poor", DurableHost.Start.AddDays(1)));
        foreach (var payload in new[] { "1", "2", "3", "4" })
        {
            await host.RaiseAsync("poor", "Go", payload);
        }

        store.RefuseTurnsOf("poor");
        await host.AdvanceBy(TimeSpan.FromDays(1));
        Assert.Equal(["poor"], await Poisoned(host));
        store.Mend();
        await host.Engine.PutBackAsync("poor");
        await host.WhenIdle();

        Assert.Equal("1234", await host.OutputAsync<string>("poor"));
    }

    [Fact]
    public async Task An_activity_under_way_does_not_begin_again_because_a_turn_failed()
    {
        var (store, gate, runs) = (new TamperedStore(new MemoryTaskHubStore()), new TaskCompletionSource(), new ConcurrentQueue<string>());
        var triedAgain = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await DurableHost.StartAsync(
            f => f
                .AddActivityFunc<string>("Run", async (_, name) =>
                {
                    runs.Enqueue(name);
                    await (name == "slow" ? gate.Task : Task.CompletedTask);
                })
                .AddOrchestratorFunc("Two", context => Task.WhenAll(context.CallActivityAsync("Run", "slow"), context.WaitForExternalEvent<int>("Go"))),
            store,
            options: new() { MaxTurnAttempts = 9, TurnRetryDelay = TimeSpan.Zero });
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Two", new StartOrchestrationOptions("poor"));
        while (runs.IsEmpty)
        {
            await Task.Yield();
        }

        store.RefuseTurnsOf("poor", () => store.Fails = changes =>
        {
            _ = changes.Any(static c => c.Row.Key.StartsWith("turn|poor|", StringComparison.Ordinal)) && triedAgain.TrySetResult();
            return null;
        });
        await host.Client.RaiseEventAsync("poor", "Go", 1);
        await triedAgain.Task;
        gate.SetResult();
        await host.WhenIdle();

        await host.IsAsync(OrchestrationRuntimeStatus.Completed, "poor");
        Assert.Equal(["slow"], runs);
    }
}
