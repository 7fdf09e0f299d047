using Durable.Tests.Twins;
using LocalHost.Durable;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Durable.Tests;

/// <summary>One owner per hub, lost answers, groups.</summary>
public sealed class OwnershipTests
{
    [Fact]
    public async Task An_engine_whose_hub_was_taken_over_can_not_write_any_more_and_says_so()
    {
        var memory = new MemoryTaskHubStore();
        using var lines = new LogLines();
        await using var first = await DurableHost.StartAsync(Waits, memory, loggers: lines);
        await first.RunAsync("Waits", options: new("case-1"));
        var waiting = first.Client.WaitForInstanceCompletionAsync("case-1");
        await using var second = await DurableHost.StartAsync(Waits, memory);

        await Assert.ThrowsAsync<TaskHubOwnershipLostException>(() => first.Client.RaiseEventAsync("case-1", "Go", "from the first"));

        var lost = await first.Engine.OwnershipLost;
        Assert.Contains("has taken over shard", lost.Message, StringComparison.Ordinal);
        Assert.Contains(lost.Message, lines.Of(LogLevel.Critical));
        await Assert.ThrowsAsync<TaskHubOwnershipLostException>(() => first.Client.ScheduleNewOrchestrationInstanceAsync("Waits"));
        await Assert.ThrowsAsync<TaskHubOwnershipLostException>(() => waiting);
        await second.RaiseAsync("case-1", "Go", "from the second");
        Assert.Equal("from the second", await second.OutputAsync<string>("case-1"));
    }

    [Fact]
    public async Task A_lost_answer_is_not_a_conflict()
    {
        var store = new FaultyStore(new MemoryTaskHubStore()) { LosesAnswer = static (_, _) => true };
        await using var host = await DurableHost.StartAsync(Waits, store, options: new() { StorageRetryDelay = TimeSpan.Zero });
        var once = new StartOrchestrationOptions("case-1").WithDedupeStatuses(StartOrchestrationOptionsExtensions.ValidDedupeStatuses);

        await host.RunAsync("Waits", options: once);
        await host.RaiseAsync("case-1", "Go", "went");

        Assert.Equal("went", await host.OutputAsync<string>("case-1"));
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_delays_but_loses_nothing()
    {
        var store = new FaultyStore(new MemoryTaskHubStore()) { FailsBefore = static (number, _) => number % 3 != 0 };
        await using var host = await DurableHost.StartAsync(Waits, store, options: new() { StorageRetryDelay = TimeSpan.Zero });

        for (var n = 0; n < 10; n++)
        {
            await host.RunAsync("Waits", options: new($"case-{n}"));
            await host.RaiseAsync($"case-{n}", "Go", "went");
            Assert.Equal("went", await host.OutputAsync<string>($"case-{n}"));
        }
    }

    [Fact]
    public async Task Commits_that_are_ready_together_go_together_and_a_refused_one_takes_no_other_with_it()
    {
        var memory = new MemoryTaskHubStore();
        await using var host = await DurableHost.StartAsync(Waits, memory, options: new() { PartitionCount = 1 });
        await host.RunAsync("Waits", options: new("case-7"));
        await host.RaiseAsync("case-7", "Go");
        var before = memory.Commits;
        var all = new StartOrchestrationOptions().WithDedupeStatuses(StartOrchestrationOptionsExtensions.ValidDedupeStatuses);

        var starts = Enumerable.Range(0, 200).Select(n =>
            host.Client.ScheduleNewOrchestrationInstanceAsync("Waits", all with { InstanceId = $"case-{n}" })).ToList();
        await Task.WhenAll(starts.Select(s => s.ContinueWith(static _ => { }, TaskScheduler.Default)));
        await host.WhenIdle();

        Assert.Equal(7, starts.FindIndex(s => s.IsFaulted));
        Assert.Equal(199, starts.Count(s => s.IsCompletedSuccessfully));
        Assert.Equal(199, host.Engine.LiveInstances);
        Assert.InRange(memory.Commits - before, 5, 250);
    }

    [Fact]
    public async Task A_group_that_fails_as_a_whole_is_tried_one_by_one()
    {
        var store = new FaultyStore(new MemoryTaskHubStore()) { FailsBefore = static (_, changes) => changes > 3 };
        await using var host = await DurableHost.StartAsync(Waits, store, options: new() { PartitionCount = 1, StorageRetryDelay = TimeSpan.Zero });

        await Task.WhenAll(Enumerable.Range(0, 50).Select(n =>
            host.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions($"case-{n}"))));
        await host.WhenIdle();

        Assert.Equal(50, host.Engine.LiveInstances);
    }

    [Fact]
    public async Task A_shard_whose_commit_failed_holds_no_other_up()
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new FaultyStore(new MemoryTaskHubStore()) { FailsBefore = (number, _) => number == 1 && failed.TrySetResult() };
        await using var host = await DurableHost.StartAsync(
            Waits, store, options: new() { StorageRetryDelay = TimeSpan.FromSeconds(30), ShutdownGrace = TimeSpan.Zero });
        var ids = Enumerable.Range(0, 100).Select(static n => $"case-{n}").DistinctBy(static id => InstanceIds.Shard(id, 4)).Take(2).ToList();

        var waits = host.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions(ids[0]));
        await failed.Task;
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions(ids[1])).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.False(waits.IsCompleted);
    }

    [Fact]
    public async Task A_hub_keeps_its_number_of_partitions()
    {
        var memory = new MemoryTaskHubStore();
        await using (await DurableHost.StartAsync(Waits, memory))
        {
        }

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            DurableHost.StartAsync(Waits, memory, options: new() { PartitionCount = 8 }));
        Assert.Equal("The task hub was made with 4 partitions; partitionCount is now 8. Set it back, or use a new hub.", refused.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocalHost.Durable.DurableEngineOptions { PartitionCount = 0 }.Validate());
    }

    private static void Waits(DurableTaskRegistry functions) =>
        functions.AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("Go"));
}
