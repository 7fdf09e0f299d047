using Durable.Tests.Twins;
using LocalHost.Clock;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>What failed runs again, and nothing else.</summary>
public sealed class RewindTests
{
    private readonly BreakableSteps _steps = new();

    [Fact]
    public async Task Only_the_failed_activity_runs_again()
    {
        await using var host = await _steps.StartAsync(async context =>
        {
            await BreakableSteps.Do(context, "one");
            await BreakableSteps.Do(context, "two");
            return await BreakableSteps.Do(context, "three");
        });
        _steps.Break("two");
        var id = await BreakableSteps.RunToFailureAsync(host);

        await _steps.MendAndRewindAsync(host, id);

        Assert.Equal("three", await host.OutputAsync<string>(id));
        Assert.Equal(["one", "two!", "two", "three"], _steps.Done);
    }

    [Fact]
    public async Task The_history_is_only_added_to_and_says_what_counts_no_more()
    {
        await using var host = await _steps.StartAsync(context => BreakableSteps.Do(context, "one"));
        _steps.Break("one");
        var id = await BreakableSteps.RunToFailureAsync(host);
        var before = await host.HistoryAsync(id);

        await _steps.MendAndRewindAsync(host, id);

        var after = await host.HistoryAsync(id);
        Assert.Equal(before, after.Take(before.Count));
        var rewound = Assert.Single(after.OfType<ExecutionRewound>());
        Assert.Equal("mended", rewound.Reason);
        Assert.Equal(["TaskScheduled", "TaskFailed", "ExecutionCompleted"], rewound.Undone.Select(place => before[place].GetType().Name));
        Assert.Equal("\"one\"", Assert.IsType<ExecutionCompleted>(after[^2]).Result);
    }

    [Fact]
    public async Task While_it_runs_again_nothing_tells_of_the_failure()
    {
        await using var host = await _steps.StartAsync(async context =>
        {
            await BreakableSteps.Do(context, "one");
            return await context.WaitForExternalEvent<string>("Go");
        });
        _steps.Break("one");
        var id = await BreakableSteps.RunToFailureAsync(host);

        await _steps.MendAndRewindAsync(host, id);

        var running = await host.GetAsync(id);
        Assert.Equal((OrchestrationRuntimeStatus.Running, null, null), (running.RuntimeStatus, running.SerializedOutput, running.FailureDetails));
        await host.RaiseAsync(id, "Go", "went");
        Assert.Equal("went", await host.OutputAsync<string>(id));
    }

    [Fact]
    public async Task Of_several_at_once_all_that_failed_run_again_and_the_others_do_not()
    {
        await using var host = await _steps.StartAsync(async context =>
        {
            string[] steps = ["one", "two", "three"];
            return string.Join(' ', await Task.WhenAll(steps.Select(step => BreakableSteps.Do(context, step))));
        });
        _steps.Break("one", "three");
        var id = await BreakableSteps.RunToFailureAsync(host);

        await _steps.MendAndRewindAsync(host, id);

        Assert.Equal("one two three", await host.OutputAsync<string>(id));
        Assert.Equal(["one", "one!", "three", "three!", "two"], _steps.Done.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_can_fail_and_be_rewound_again()
    {
        await using var host = await _steps.StartAsync(async context => await BreakableSteps.Do(context, "one") + await BreakableSteps.Do(context, "two"));
        _steps.Break("one", "two");
        var id = await BreakableSteps.RunToFailureAsync(host);
        await host.Client.RewindInstanceAsync(id, "hope");
        await host.WhenIdle();
        await host.IsAsync(OrchestrationRuntimeStatus.Failed, id);
        _steps.Mend("one");
        await host.Client.RewindInstanceAsync(id, "one is mended");
        await host.WhenIdle();
        await host.IsAsync(OrchestrationRuntimeStatus.Failed, id);

        await _steps.MendAndRewindAsync(host, id);

        Assert.Equal("onetwo", await host.OutputAsync<string>(id));
        Assert.Equal(["one!", "one!", "one", "two!", "two"], _steps.Done);
    }

    [Fact]
    public async Task An_event_sent_because_of_a_failure_is_sent_again_with_the_next_one()
    {
        await using var host = await DurableHost.StartAsync(f => _steps.AddTo(f)
            .AddOrchestratorFunc("Listener", async context =>
                await context.WaitForExternalEvent<string>("Failed") + await context.WaitForExternalEvent<string>("Failed"))
            .AddOrchestratorFunc<string, string>("Case", async (context, _) =>
            {
                try
                {
                    return await BreakableSteps.Do(context, "one");
                }
                catch (TaskFailedException)
                {
                    context.SendEvent("listener", "Failed", "again ");
                    throw;
                }
            }));
        await host.RunAsync("Listener", options: new("listener"));
        _steps.Break("one");
        var id = await BreakableSteps.RunToFailureAsync(host);

        await host.Client.RewindInstanceAsync(id, "hope");
        await host.WhenIdle();

        await host.IsAsync(OrchestrationRuntimeStatus.Failed, id);
        Assert.Equal("again again ", await host.OutputAsync<string>("listener"));
    }

    [Fact]
    public async Task An_activity_that_runs_again_is_taken_up_by_the_next_host()
    {
        var memory = new MemoryTaskHubStore();
        var clock = BusinessClock.Frozen(DurableHost.Start);
        var gate = new TaskCompletionSource();
        string id;
        await using (var first = await _steps.StartAsync(context => BreakableSteps.Do(context, "one"), memory, clock))
        {
            _steps.Break("one");
            id = await BreakableSteps.RunToFailureAsync(first);
            _steps.Mend();
            _steps.Gate = gate.Task;
            await first.Client.RewindInstanceAsync(id, "mended");
        }

        gate.SetResult();
        await using var second = await _steps.StartAsync(context => BreakableSteps.Do(context, "one"), memory, clock);
        await second.WhenIdle();

        Assert.Equal("one", await second.OutputAsync<string>(id));
    }

    [Fact]
    public async Task What_has_not_failed_or_does_not_exist_is_refused()
    {
        await using var host = await _steps.StartAsync(context => context.WaitForExternalEvent<string>("Go"));
        var id = await host.RunAsync("Case");

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RewindInstanceAsync(id, ""));
        await host.RaiseAsync(id, "Go", "went");
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RewindInstanceAsync(id, ""));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RewindInstanceAsync("nobody", ""));
        Assert.Equal("went", await host.OutputAsync<string>(id));
        Assert.Equal(0, host.Engine.LiveInstances);
    }
}
