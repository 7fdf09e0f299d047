using System.Collections.Concurrent;
using Durable.Tests.Twins;
using Grpc.Core;
using LocalHost.Clock;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>The host dies at every commit once, and its successor brings the case to the same end.</summary>
public sealed class RestartTests
{
    private static readonly string[] Steps = ["one", "two", "three"];

    public static TheoryData<int, bool> EveryCommit()
    {
        var data = new TheoryData<int, bool>();
        for (var commit = 1; commit <= 20; commit++)
        {
            data.Add(commit, false);
            data.Add(commit, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryCommit))]
    public async Task A_host_that_dies_at_any_commit_loses_nothing(int commit, bool commitHappens)
    {
        var story = new Story();
        var memory = new MemoryTaskHubStore();
        var clock = BusinessClock.Frozen(DurableHost.Start);
        var dying = new CrashingStore(memory, commit, commitHappens);
        await using (var first = await DurableHost.StartAsync(story.Functions, dying, clock, options: new() { ShutdownGrace = TimeSpan.Zero }))
        {
            var played = story.PlayAsync(first);
            await Task.WhenAny(played, dying.Crashed);
        }

        await using var second = await DurableHost.StartAsync(story.Functions, memory, clock);
        await second.WhenIdle();
        await story.PlayAsync(second);

        Assert.Equal("one two three|go|child of case-1|sent", await second.OutputAsync<string>("case-1"));
        Assert.All(Steps, step => Assert.InRange(story.Runs[step], 1, 2));
        Assert.Equal("twice", await second.OutputAsync<string>("listener"));
        Assert.DoesNotContain(await KeysAfterStop(second), key => key.StartsWith("message|", StringComparison.Ordinal));
        Assert.Equal(0, second.Engine.LiveInstances);
    }

    [Fact]
    public async Task The_story_has_fewer_commits_than_the_host_dies_at()
    {
        var store = new FaultyStore(new MemoryTaskHubStore());
        var story = new Story();
        await using var host = await DurableHost.StartAsync(story.Functions, store);
        await story.PlayAsync(host);

        Assert.InRange(store.Commits, 12, 20);
    }

    [Fact]
    public async Task Sleeping_instances_are_left_asleep_by_a_start()
    {
        var memory = new MemoryTaskHubStore();
        var clock = BusinessClock.Frozen(DurableHost.Start);
        var replays = 0;
        await using (var first = await DurableHost.StartAsync(Sleeper, memory, clock))
        {
            await first.RunAsync("Sleeps", options: new("s1"));
        }

        replays = 0;
        await using var second = await DurableHost.StartAsync(Sleeper, memory, clock);
        await second.WhenIdle();
        Assert.Equal(0, replays);
        Assert.Equal(1, second.Engine.LiveInstances);
        await second.AdvanceBy(TimeSpan.FromDays(3));

        await second.IsAsync(OrchestrationRuntimeStatus.Completed, "s1");

        void Sleeper(DurableTaskRegistry functions) => functions.AddOrchestratorFunc("Sleeps", context =>
        {
            Interlocked.Increment(ref replays);
            return context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
        });
    }

    [Fact]
    public async Task What_fell_due_while_no_host_ran_happens_at_the_start()
    {
        var memory = new MemoryTaskHubStore();
        var clock = BusinessClock.Frozen(DurableHost.Start);
        await using (var first = await DurableHost.StartAsync(Sleeper, memory, clock))
        {
            await first.RunAsync("Sleeps", options: new("s1"));
            await first.RunAsync("Sleeps", options: new("s2", DurableHost.Start.AddDays(1)));
        }

        clock.AdvanceTo(DurableHost.Start.AddDays(10));
        await using var second = await DurableHost.StartAsync(Sleeper, memory, clock);
        await second.WhenIdle();

        await second.IsAsync(OrchestrationRuntimeStatus.Completed, "s1");
        await second.IsAsync(OrchestrationRuntimeStatus.Running, "s2");

        static void Sleeper(DurableTaskRegistry functions) => functions.AddOrchestratorFunc("Sleeps", context =>
            context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None));
    }

    [Fact]
    public async Task A_stop_finishes_the_running_activity_stores_its_result_and_starts_no_other()
    {
        var memory = new MemoryTaskHubStore();
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var runs = new ConcurrentQueue<string>();
        await using (var first = await DurableHost.StartAsync(Functions, memory))
        {
            await first.Client.ScheduleNewOrchestrationInstanceAsync("Two", new StartOrchestrationOptions("case-1"));
            await begun.Task;
            var stopped = first.Engine.StopAsync(CancellationToken.None);
            gate.SetResult();
            await stopped;
            await Assert.ThrowsAsync<InvalidOperationException>(() => first.Client.ScheduleNewOrchestrationInstanceAsync("Two"));
        }

        Assert.Equal(["a"], runs);
        await using var second = await DurableHost.StartAsync(Functions, memory);
        await second.WhenIdle();

        Assert.Equal(["a", "b"], runs);
        await second.IsAsync(OrchestrationRuntimeStatus.Completed, "case-1");

        void Functions(DurableTaskRegistry functions) => functions
            .AddActivityFunc<string>("Run", async (_, name) =>
            {
                runs.Enqueue(name);
                begun.TrySetResult();
                await gate.Task;
            })
            .AddOrchestratorFunc("Two", async context =>
            {
                await context.CallActivityAsync("Run", "a");
                await context.CallActivityAsync("Run", "b");
            });
    }

    private static async Task<List<string>> KeysAfterStop(DurableHost host)
    {
        await host.Engine.StopAsync(CancellationToken.None);
        return await host.KeysAsync();
    }

    /// <summary>Three activities, a three-day wait, an event, a child, an event sent to another; every part that can be cut off.</summary>
    private sealed class Story
    {
        public ConcurrentDictionary<string, int> Runs { get; } = [];

        public void Functions(DurableTaskRegistry functions) => functions
            .AddActivityFunc<string, string>("Step", (_, step) =>
            {
                Runs.AddOrUpdate(step, 1, static (_, n) => n + 1);
                return step;
            })
            .AddOrchestratorFunc("Child", context => $"child of {context.Parent!.InstanceId}")
            .AddOrchestratorFunc("Listener", async context =>
            {
                await context.WaitForExternalEvent<string>("Sent");
                await context.WaitForExternalEvent<string>("Sent");
                using var loses = new CancellationTokenSource();
                var third = context.WaitForExternalEvent<string>("Sent");
                var hour = context.CreateTimer(TimeSpan.FromHours(1), loses.Token);
                return await Task.WhenAny(third, hour) == third ? "thrice" : "twice";
            })
            .AddOrchestratorFunc("Case", async context =>
            {
                var steps = await Task.WhenAll(Steps.Select(step => context.CallActivityAsync<string>("Step", step)));
                await context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
                var go = await context.WaitForExternalEvent<string>("Go");
                var child = await context.CallSubOrchestratorAsync<string>("Child");
                context.SendEvent("listener", "Sent", "once");
                context.SendEvent("listener", "Sent", "twice");
                return $"{string.Join(' ', steps)}|{go}|{child}|sent";
            });

        /// <summary>Does what outside callers do; each knows whether its call was answered, and repeats it if not.</summary>
        public async Task PlayAsync(DurableHost host)
        {
            await StartOnce("Listener", "listener");
            await StartOnce("Case", "case-1");
            await host.AdvanceTo(DurableHost.Start.AddDays(3));
            if (!_knocked && (await host.GetAsync("case-1")).RuntimeStatus == OrchestrationRuntimeStatus.Running)
            {
                await host.RaiseAsync("case-1", "Go", "go");
                _knocked = true;
            }

            await host.AdvanceTo(DurableHost.Start.AddDays(4));

            async Task StartOnce(string name, string id)
            {
                if (await host.Client.GetInstanceAsync(id) is null)
                {
                    await host.RunAsync(name, options: new(id));
                }
            }
        }

        private bool _knocked;
    }
}
