using Durable.Tests.Twins;
using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>What a run leaves to the one after it, whenever the host dies: no rows, and what it had taken in.</summary>
public sealed class FormerRunTests
{
    private readonly MemoryTaskHubStore _memory = new();

    [Fact]
    public async Task A_run_that_continues_as_new_takes_its_history_along()
    {
        await using var host = await DurableHost.StartAsync(Counts, _memory);
        await host.RunAsync("Counts", 0, new("counter"));

        await host.RaiseAsync("counter", "Word", "go");

        Assert.Equal(1, await TurnsAsync(host));
        Assert.Equal(1, (await host.GetAsync("counter")).ReadInputAs<int>());
    }

    [Fact]
    public async Task A_start_over_an_instance_takes_the_old_history_along()
    {
        await using var host = await DurableHost.StartAsync(Counts, _memory);
        await host.RunAsync("Counts", 0, new("counter"));
        await host.RaiseAsync("counter", "Word", "end");
        Assert.Equal(2, await TurnsAsync(host));

        await host.RunAsync("Counts", 0, new("counter"));

        Assert.Equal(1, await TurnsAsync(host));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_purge_leaves_neither_rows_nor_an_instance(bool byFilter)
    {
        await using var host = await DurableHost.StartAsync(Counts, _memory);
        await host.RunAsync("Counts", 0, new("counter"));
        if (!byFilter)
        {
            await host.RaiseAsync("counter", "Word", "end");
        }

        var purged = byFilter ? await host.Client.PurgeAllInstancesAsync(new()) : await host.Client.PurgeInstanceAsync("counter");
        await host.WhenIdle();

        Assert.Equal(1, purged.PurgedInstanceCount);
        Assert.DoesNotContain(await host.KeysAsync(), static key => key.Contains("counter", StringComparison.Ordinal));
        Assert.Equal(0, host.Engine.LiveInstances);
    }

    [Fact]
    public async Task A_history_too_long_for_one_commit_goes_with_the_next_ones()
    {
        await using var host = await DurableHost.StartAsync(Counts, _memory);
        await host.RunAsync("Counts", 0, new("counter"));
        for (var n = 0; n < 120; n++)
        {
            await host.RaiseAsync("counter", "Unheard");
        }

        Assert.Equal(121, await TurnsAsync(host));
        await host.RaiseAsync("counter", "Word", "drop");
        Assert.InRange(await TurnsAsync(host), 2, 30);
        await host.Engine.StopAsync(CancellationToken.None);
        Assert.Equal(1, await TurnsAsync(host));
    }

    [Fact]
    public async Task An_event_from_another_shard_is_not_taken_in_again_by_the_next_run_after_a_crash()
    {
        // 1, 2: counter; 3, 4: sender; 5: counter continues as new. The message would go with the sixth.
        var clock = BusinessClock.Frozen(DurableHost.Start);
        var dying = new CrashingStore(_memory, atCommit: 6, commitHappens: false);
        await using (var first = await DurableHost.StartAsync(Counts, dying, clock, options: new() { ShutdownGrace = TimeSpan.Zero }))
        {
            await first.RunAsync("Counts", 0, new("counter"));
            await first.RunAsync("Sends", options: new(InAnotherShardThan("counter")));
            Assert.Equal(1, (await first.GetAsync("counter")).ReadInputAs<int>());
            Assert.Contains(await first.KeysAsync(), static key => key.StartsWith("message|", StringComparison.Ordinal));
        }

        await using (var second = await DurableHost.StartAsync(Counts, _memory, clock))
        {
            await second.WhenIdle();
            Assert.Equal(1, (await second.GetAsync("counter")).ReadInputAs<int>());
            await second.RaiseAsync("counter", "Word", "go");
            Assert.Equal(2, (await second.GetAsync("counter")).ReadInputAs<int>());
        }

        await using var third = await DurableHost.StartAsync(Counts, _memory, clock);
        Assert.DoesNotContain(await third.KeysAsync(), static key => key.StartsWith("message|", StringComparison.Ordinal));
        await third.RaiseAsync("counter", "Word", "go");
        Assert.Null((await third.HistoryAsync("counter")).OfType<LocalHost.Durable.History.ExecutionStarted>().Single().TakenIn);
        await third.RaiseAsync("counter", "Word", "end");
        Assert.Equal(3, await third.OutputAsync<int>("counter"));
    }

    private static async Task<int> TurnsAsync(DurableHost host) =>
        (await host.KeysAsync()).Count(static key => key.StartsWith("turn|", StringComparison.Ordinal));

    private static string InAnotherShardThan(string id) =>
        Enumerable.Range(0, 100).Select(static n => $"sender-{n}").First(other => InstanceIds.Shard(other, 4) != InstanceIds.Shard(id, 4));

    private static void Counts(DurableTaskRegistry functions) => functions
        .AddOrchestratorFunc("Sends", static context =>
        {
            context.SendEvent("counter", "Word", "go");
            return Task.CompletedTask;
        })
        .AddOrchestratorFunc<int, int>("Counts", static async (context, count) =>
        {
            var word = await context.WaitForExternalEvent<string>("Word");
            if (word != "end")
            {
                context.ContinueAsNew(count + 1, preserveUnprocessedEvents: word != "drop");
            }

            return count;
        });
}
