using System.Collections.Concurrent;
using Durable.Tests.Twins;
using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;

namespace Durable.Tests;

/// <summary>A run that is stored and has had no turn yet, because its version does not fit or its first turn failed: what it is to get is not lost.</summary>
public sealed class PendingChildTests
{
    private const int Size = 100_000;
    private static readonly string Child = InAnotherShardThan("parent");

    private readonly MemoryTaskHubStore _memory = new();
    private readonly BusinessClock _clock = BusinessClock.Frozen(DurableHost.Start);
    private readonly ConcurrentQueue<string> _done = [];

    [Fact]
    public async Task A_large_input_survives_the_second_delivery_of_a_start_that_is_rejected()
    {
        // 1: parent; 2: its call; 3: the pending child. The message would go with the fourth.
        await using (var first = await StartAsync("1.0", new CrashingStore(_memory, 4, commitHappens: false)))
        {
            await first.RunAsync("CallsNewer", options: new("parent"));
        }

        await using (var second = await StartAsync("1.0", _memory))
        {
            await second.WhenIdle();
        }

        await using var current = await StartAsync("2.0", _memory);
        await current.WhenIdle();
        Assert.Equal(Letters.Of(Size), await current.OutputAsync<string>("parent"));
    }

    [Fact]
    public async Task A_child_that_goes_on_as_a_newer_version_does_not_begin_again_when_its_start_is_delivered_again()
    {
        // 1: parent; 2: its call; 3: the child's activity; 4: its next run, pending. The message would go with the fifth.
        await using (var first = await StartAsync("1.0", new CrashingStore(_memory, 5, commitHappens: false)))
        {
            await first.RunAsync("CallsMover", options: new("parent"));
        }

        await using (var second = await StartAsync("1.0", _memory))
        {
            await second.WhenIdle();
        }

        await using var current = await StartAsync("2.0", _memory);
        await current.WhenIdle();
        Assert.Equal("2.0", await current.OutputAsync<string>("parent"));
        Assert.Equal(["1.0"], _done);
    }

    [Fact]
    public async Task An_event_that_a_run_had_is_not_taken_in_again_by_the_next_one_of_a_newer_version_and_one_it_had_not_is()
    {
        // 1, 2: the receiver; 3, 4: the sender; 5: the receiver's next run, pending. The message would go with the sixth.
        await using (var first = await StartAsync("1.0", new CrashingStore(_memory, 6, commitHappens: false)))
        {
            await first.RunAsync("Hears", "", new(Child));
            await first.RunAsync("Sends", options: new("parent"));
        }

        await using var current = await StartAsync("2.0", _memory);
        await current.WhenIdle();
        Assert.Equal(" one two", (await current.GetAsync(Child)).ReadCustomStatusAs<string>());
        await current.RaiseAsync(Child, "Word", "end");
        Assert.Equal(" one two end", await current.OutputAsync<string>(Child));
        await current.Engine.StopAsync(CancellationToken.None);
        Assert.DoesNotContain(await current.KeysAsync(), static key => key.StartsWith("message|", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_child_whose_first_turn_fails_once_begins_all_the_same(int attempt)
    {
        var store = new TamperedStore(_memory);
        var begun = 0;
        store.Fails = changes => changes.Any(static c => c.Kind == RowChangeKind.Replace && c.Row.Key.Contains(Child, StringComparison.Ordinal)) && ++begun == attempt
            ? new TaskHubRefusedException("Not now.", 0, exists: false)
            : null;
        await using var host = await StartAsync("1.0", store);
        await host.RunAsync("Retries", options: new("parent"));
        await host.AdvanceBy(TimeSpan.FromHours(1));

        Assert.Empty(await Poor.Poisoned(host));
        Assert.Equal("second", await host.OutputAsync<string>("parent"));
        Assert.Equal(3, begun);
        Assert.Equal(["first", "second"], _done);
    }

    [Fact]
    public async Task A_large_input_survives_a_first_turn_that_was_set_aside_and_put_back_after_a_restart()
    {
        var store = new TamperedStore(_memory);
        store.RefuseTurnsOf(Child);
        await using (var first = await StartAsync("2.0", store))
        {
            await first.RunAsync("CallsNewer", options: new("parent"));
            Assert.Equal([Child], await Poor.Poisoned(first));
        }

        store.Mend();
        await using var second = await StartAsync("2.0", store);
        Assert.True(await second.Engine.PutBackAsync(Child));
        await second.WhenIdle();
        Assert.Equal(Letters.Of(Size), await second.OutputAsync<string>("parent"));
    }

    private static string InAnotherShardThan(string id) =>
        Enumerable.Range(0, 100).Select(static n => $"child-{n}").First(other => InstanceIds.Shard(other, 4) != InstanceIds.Shard(id, 4));

    private Task<DurableHost> StartAsync(string version, ITaskHubStore store) => DurableHost.StartAsync(Functions, store, _clock, options: new()
    {
        ShutdownGrace = store is CrashingStore ? TimeSpan.Zero : TimeSpan.FromSeconds(20),
        DefaultVersion = version,
        VersionMatchStrategy = VersionMatchStrategy.CurrentOrOlder,
        MaxTurnAttempts = 3,
        TurnRetryDelay = TimeSpan.Zero,
        StorageRetryDelay = TimeSpan.Zero,
    });

    private void Functions(DurableTaskRegistry functions) => functions
        .AddActivityFunc<string, string>("Do", (_, what) =>
        {
            _done.Enqueue(what);
            return what == "first" ? throw new InvalidOperationException("The first one fails.") : what;
        })
        .AddOrchestratorFunc<string, string>("Echoes", (_, input) => Task.FromResult(input))
        .AddOrchestratorFunc("CallsNewer", static context =>
            context.CallSubOrchestratorAsync<string>("Echoes", Letters.Of(Size), new TaskOptions { Version = "2.0" }.WithInstanceId(Child)))
        .AddOrchestratorFunc("Moves", static async context =>
        {
            if (context.Version == "1.0")
            {
                await context.CallActivityAsync("Do", "1.0");
                context.ContinueAsNew(new ContinueAsNewOptions { NewVersion = "2.0" });
            }

            return context.Version;
        })
        .AddOrchestratorFunc("CallsMover", static context =>
            context.CallSubOrchestratorAsync<string>("Moves", options: new TaskOptions { Version = "1.0" }.WithInstanceId(Child)))
        .AddOrchestratorFunc<string, string>("Hears", static async (context, heard) =>
        {
            do
            {
                heard = $"{heard} {await context.WaitForExternalEvent<string>("Word")}";
                context.SetCustomStatus(heard);
            }
            while (context.Version == "2.0" && !heard.EndsWith("end", StringComparison.Ordinal));
            if (context.Version == "1.0")
            {
                context.ContinueAsNew(new ContinueAsNewOptions { NewInput = heard, NewVersion = "2.0" });
            }

            return heard;
        })
        .AddOrchestratorFunc("Sends", static context =>
        {
            context.SendEvent(Child, "Word", "one");
            context.SendEvent(Child, "Word", "two");
            return Task.CompletedTask;
        })
        .AddOrchestratorFunc("Tries", static context =>
            context.CallActivityAsync<string>("Do", context.CurrentUtcDateTime < DurableHost.Start.AddMinutes(30) ? "first" : "second"))
        .AddOrchestratorFunc("Retries", static context => context.CallSubOrchestratorAsync<string>(
            "Tries", null, new SubOrchestrationOptions(TaskOptions.FromRetryPolicy(new(2, TimeSpan.FromHours(1))), Child)));
}
