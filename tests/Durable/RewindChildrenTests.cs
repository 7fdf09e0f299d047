using System.Collections.Concurrent;
using Durable.Tests.Twins;
using LocalHost.Clock;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>A rewind reaches the sub-orchestrations that failed, down to the activity, and the answer comes all the way up.</summary>
public sealed class RewindChildrenTests
{
    private readonly ConcurrentQueue<string> _done = [];
    private volatile bool _broken = true;

    public static TheoryData<int, bool> EveryCommit()
    {
        var data = new TheoryData<int, bool>();
        for (var commit = 1; commit <= 12; commit++)
        {
            data.Add(commit, false);
            data.Add(commit, true);
        }

        return data;
    }

    [Fact]
    public async Task Failed_children_go_on_where_they_failed_and_the_others_are_left_alone()
    {
        await using var host = await DurableHost.StartAsync(Functions);
        await FailAsync(host);

        await MendAndRewindAsync(host, "parent");

        Assert.Equal("good bad", await host.OutputAsync<string>("parent"));
        Assert.Equal(["bad", "bad first", "bad!", "good", "good first"], _done.Order(StringComparer.Ordinal));
        foreach (var id in new[] { "bad", "bad-leaf" })
        {
            var rewound = Assert.Single((await host.HistoryAsync(id)).OfType<ExecutionRewound>());
            Assert.Equal("mended", rewound.Reason);
        }

        Assert.DoesNotContain(await host.HistoryAsync("good-leaf"), static e => e is ExecutionRewound);
    }

    [Fact]
    public async Task Of_a_child_that_was_called_with_retries_the_last_attempt_goes_on()
    {
        await using var host = await DurableHost.StartAsync(Functions);
        await host.RunAsync("Retries", options: new("parent"));
        await host.AdvanceBy(TimeSpan.FromDays(1));
        await host.IsAsync(OrchestrationRuntimeStatus.Failed, "parent");

        await MendAndRewindAsync(host, "parent");

        Assert.Equal("bad", await host.OutputAsync<string>("parent"));
        Assert.Equal(["bad first", "bad!", "bad first", "bad!", "bad"], _done);
    }

    [Fact]
    public async Task A_child_that_was_mended_before_its_parent_answers_once_more()
    {
        await using var host = await DurableHost.StartAsync(Functions);
        await FailAsync(host);
        await MendAndRewindAsync(host, "bad-leaf");
        await host.IsAsync(OrchestrationRuntimeStatus.Failed, "bad");

        await MendAndRewindAsync(host, "parent");

        Assert.Equal("good bad", await host.OutputAsync<string>("parent"));
        Assert.Equal(1, _done.Count(static step => step == "bad"));
    }

    [Fact]
    public async Task A_child_that_is_gone_fails_its_parent_with_a_clear_error()
    {
        await using var host = await DurableHost.StartAsync(Functions);
        await FailAsync(host);
        await host.Client.PurgeInstanceAsync("bad-leaf");

        await MendAndRewindAsync(host, "parent");

        await host.IsAsync(OrchestrationRuntimeStatus.Failed, "parent");
        var failure = (await host.GetAsync("bad")).FailureDetails!.InnerFailure!;
        Assert.Contains("is not there any more", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_can_not_be_read_fails_its_parent_and_is_rewound_with_it_once_it_was_mended()
    {
        var store = new TamperedStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(Functions, store, options: Poor.AtOnce);
        await FailAsync(host);
        store.Reads = static row => row.Key.StartsWith("turn|bad-leaf|", StringComparison.Ordinal) ? Poor.With(row, "Events", "[{") : row;

        await MendAndRewindAsync(host, "parent");

        await host.IsAsync(OrchestrationRuntimeStatus.Failed, "parent");
        var failure = (await host.GetAsync("bad")).FailureDetails!.InnerFailure!;
        Assert.Contains("'bad-leaf' can not be rewound: The Events of the row", failure.ErrorMessage, StringComparison.Ordinal);
        store.Mend();
        await MendAndRewindAsync(host, "parent");
        Assert.Equal("good bad", await host.OutputAsync<string>("parent"));
    }

    [Fact]
    public async Task A_child_that_was_terminated_stays_so()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("Go"))
            .AddOrchestratorFunc("Case", context => context.CallSubOrchestratorAsync<string>("Waits", new TaskOptions().WithInstanceId("waits"))));
        await host.RunAsync("Case", options: new("parent"));
        await host.Client.TerminateInstanceAsync("waits");
        await host.WhenIdle();

        await MendAndRewindAsync(host, "parent");

        await host.IsAsync(OrchestrationRuntimeStatus.Failed, "parent");
        await host.IsAsync(OrchestrationRuntimeStatus.Terminated, "waits");
    }

    [Fact]
    public async Task A_child_that_had_ended_does_not_store_its_answer_again_when_the_host_died_over_it()
    {
        var (memory, clock) = (new MemoryTaskHubStore(), BusinessClock.Frozen(DurableHost.Start));
        Task<DurableHost> StartAsync(ITaskHubStore store) => DurableHost.StartAsync(
            f => f
                .AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("Go"))
                .AddOrchestratorFunc("Case", context => context.CallSubOrchestratorAsync<string>("Waits", new TaskOptions().WithInstanceId("waits"))),
            store,
            clock,
            options: new() { ShutdownGrace = store is CrashingStore ? TimeSpan.Zero : TimeSpan.FromSeconds(20) });
        await using (var first = await StartAsync(memory))
        {
            await first.RunAsync("Case", options: new("parent"));
            await first.Client.TerminateInstanceAsync("waits");
            await first.WhenIdle();
            await first.Engine.StopAsync(CancellationToken.None);
        }

        // The second commit of the rewind is the answer.
        var dying = new CrashingStore(memory, 2, commitHappens: true);
        await using (var second = await StartAsync(dying))
        {
            await second.Client.RewindInstanceAsync("parent", "mended");
            await dying.Crashed;
            Assert.Single(await second.KeysAsync(), static key => key.StartsWith("message|waits|", StringComparison.Ordinal));
        }

        var answers = 0;
        var counting = new TamperedStore(memory)
        {
            Fails = changes =>
            {
                answers += changes.Count(static c => c.Kind == RowChangeKind.Insert && c.Row.Key.StartsWith("message|waits|", StringComparison.Ordinal));
                return null;
            },
        };
        await using var third = await StartAsync(counting);
        await third.WhenIdle();
        Assert.Equal(0, answers);
        await third.IsAsync(OrchestrationRuntimeStatus.Failed, "parent");
        await third.Engine.StopAsync(CancellationToken.None);
        Assert.DoesNotContain(await third.KeysAsync(), static key => key.StartsWith("message|", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EveryCommit))]
    public async Task A_host_that_dies_at_any_commit_of_a_rewind_loses_nothing(int commit, bool commitHappens)
    {
        var memory = new MemoryTaskHubStore();
        var clock = BusinessClock.Frozen(DurableHost.Start);
        await using (var first = await DurableHost.StartAsync(Functions, memory, clock))
        {
            await FailAsync(first);
        }

        _broken = false;
        var dying = new CrashingStore(memory, commit, commitHappens);
        await using (var second = await DurableHost.StartAsync(Functions, dying, clock, options: new() { ShutdownGrace = TimeSpan.Zero }))
        {
            await Task.WhenAny(MendAndRewindAsync(second, "parent"), dying.Crashed);
        }

        await using var third = await DurableHost.StartAsync(Functions, memory, clock);
        await third.WhenIdle();
        if ((await third.GetAsync("parent")).RuntimeStatus == OrchestrationRuntimeStatus.Failed)
        {
            // The caller had no answer, and asks again.
            await MendAndRewindAsync(third, "parent");
        }

        Assert.Equal("good bad", await third.OutputAsync<string>("parent"));
        Assert.InRange(_done.Count(static step => step == "bad"), 1, 2);
        Assert.Single(_done, "bad first");
        foreach (var id in new[] { "parent", "bad", "bad-leaf" })
        {
            Assert.Single((await third.HistoryAsync(id)).OfType<ExecutionRewound>());
        }

        await third.Engine.StopAsync(CancellationToken.None);
        Assert.DoesNotContain(await third.KeysAsync(), static key => key.StartsWith("message|", StringComparison.Ordinal));
        Assert.Equal(0, third.Engine.LiveInstances);
    }

    [Fact]
    public async Task A_rewind_has_fewer_commits_than_the_host_dies_at()
    {
        var store = new FaultyStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(Functions, store);
        await FailAsync(host);
        var before = store.Commits;

        await MendAndRewindAsync(host, "parent");

        Assert.InRange(store.Commits - before, 6, 12);
    }

    private void Functions(DurableTaskRegistry functions) => functions
        .AddActivityFunc<string, string>("Do", (_, step) =>
        {
            var fails = _broken && step == "bad";
            _done.Enqueue(fails ? $"{step}!" : step);
            return fails ? throw new InvalidOperationException($"{step} is broken") : step;
        })
        .AddOrchestratorFunc<string, string>("Leaf", async (context, step) =>
        {
            await context.CallActivityAsync<string>("Do", $"{step} first");
            return await context.CallActivityAsync<string>("Do", step);
        })
        .AddOrchestratorFunc<string, string>("Middle", (context, step) =>
            context.CallSubOrchestratorAsync<string>("Leaf", step, new TaskOptions().WithInstanceId($"{step}-leaf")))
        .AddOrchestratorFunc("Retries", context =>
            context.CallSubOrchestratorAsync<string>("Leaf", "bad", TaskOptions.FromRetryPolicy(new(2, TimeSpan.FromHours(1))).WithInstanceId("leaf")))
        .AddOrchestratorFunc("Parent", async context =>
        {
            string[] steps = ["good", "bad"];
            return string.Join(' ', await Task.WhenAll(steps.Select(step =>
                context.CallSubOrchestratorAsync<string>("Middle", step, new TaskOptions().WithInstanceId(step)))));
        });

    private static async Task FailAsync(DurableHost host)
    {
        await host.RunAsync("Parent", options: new("parent"));
        await host.IsAsync(OrchestrationRuntimeStatus.Failed, "parent");
    }

    private async Task MendAndRewindAsync(DurableHost host, string id)
    {
        _broken = false;
        await host.Client.RewindInstanceAsync(id, "mended");
        await host.WhenIdle();
    }
}
