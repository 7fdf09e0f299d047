namespace Conformance.Tests.Common;

/// <summary>An instance ends when its code has returned and nothing that it began is open.</summary>
public abstract class Completion(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("1 return with timer pending")]
    public async Task A_timer_nobody_cancelled_keeps_the_instance_running_until_it_fires()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Returns", context =>
        {
            _ = context.CreateTimer(2 * Beat, CancellationToken.None);
            return "returned";
        }));

        var id = await host.RunAsync("Returns");
        await host.PassAsync(1);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.PassAsync(1);

        Assert.Equal("returned", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("1 return with timer pending")]
    public async Task A_timer_that_lost_against_an_activity_keeps_the_instance_running()
    {
        await using var host = await StartAsync(f => f
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddOrchestratorFunc("Races", async context =>
            {
                var activity = context.CallActivityAsync<string>("Echo", "won");
                await Task.WhenAny(activity, context.CreateTimer(2 * Beat, CancellationToken.None));
                return await activity;
            }));

        var id = await host.RunAsync("Races");
        await host.PassAsync(1);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.PassAsync(1);

        Assert.Equal("won", await host.OutputAsync<string>(id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Row("1 return with activity or sub-orchestration pending")]
    public async Task An_activity_nobody_awaits_is_waited_for_and_its_result_ignored(bool fails)
    {
        var gate = new TaskCompletionSource();
        await using var host = await StartAsync(f => f
            .AddActivityFunc("Slow", async _ =>
            {
                await gate.Task;
                return fails ? throw new InvalidOperationException("boom") : 1;
            })
            .AddOrchestratorFunc("Leaves", context =>
            {
                _ = context.CallActivityAsync<int>("Slow");
                return "left";
            }));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Leaves");
        var started = await host.Client.WaitForInstanceStartAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Running, started.RuntimeStatus);
        gate.SetResult();

        Assert.Equal("left", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("1 return with activity or sub-orchestration pending")]
    public async Task A_sub_orchestration_nobody_awaits_is_waited_for()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Child", context => context.CreateTimer(2 * Beat, CancellationToken.None))
            .AddOrchestratorFunc("Leaves", context =>
            {
                _ = context.CallSubOrchestratorAsync("Child");
                return "left";
            }));

        var id = await host.RunAsync("Leaves");
        await host.PassAsync(1);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.PassAsync(1);

        Assert.Equal("left", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("1 throw with timer or activity pending")]
    public async Task An_orchestrator_that_throws_fails_only_when_its_timer_has_fired()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Throws", Task (context) =>
        {
            _ = context.CreateTimer(2 * Beat, CancellationToken.None);
            throw new InvalidOperationException("boom");
        }));

        var id = await host.RunAsync("Throws");
        await host.PassAsync(1);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.PassAsync(1);

        Assert.Equal("System.InvalidOperationException: boom", (await host.FailureAsync(id)).ToString());
    }

    [Fact]
    [Row("1 throw with timer or activity pending")]
    public async Task An_orchestrator_that_throws_fails_only_when_its_activity_has_ended()
    {
        var gate = new TaskCompletionSource();
        await using var host = await StartAsync(f => f
            .AddActivityFunc("Slow", _ => gate.Task)
            .AddOrchestratorFunc("Throws", Task (context) =>
            {
                _ = context.CallActivityAsync("Slow");
                throw new InvalidOperationException("boom");
            }));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Throws");
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.Client.WaitForInstanceStartAsync(id)).RuntimeStatus);
        gate.SetResult();

        Assert.Equal("boom", (await host.FailureAsync(id)).ErrorMessage);
    }

    [Fact]
    [Row("1 pending WaitForExternalEvent")]
    public async Task A_wait_for_an_event_left_behind_does_not_keep_the_instance_running()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Leaves", context =>
        {
            _ = context.WaitForExternalEvent<string>("E");
            return "left";
        }));

        Assert.Equal("left", await host.OutputOfAsync<string>("Leaves"));
    }

    [Fact]
    [Row("1 pending WaitForExternalEvent")]
    public async Task A_wait_with_a_time_out_left_behind_keeps_the_instance_running_until_then()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Leaves", context =>
        {
            _ = context.WaitForExternalEvent<string>("E", 2 * Beat);
            return "left";
        }));

        var id = await host.RunAsync("Leaves");
        await host.PassAsync(1);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.PassAsync(1);

        Assert.Equal("left", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("1 timer cancelled before returning")]
    public async Task A_cancelled_timer_lets_the_instance_complete_at_once()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Cancels", context =>
        {
            using var cancel = new CancellationTokenSource();
            _ = context.CreateTimer(TimeSpan.FromDays(1), cancel.Token);
            cancel.Cancel();
            return "done";
        }));

        Assert.Equal("done", await host.OutputOfAsync<string>("Cancels"));
    }

    [Fact]
    [Row("1 timer cancelled before returning")]
    public async Task A_cancelled_timer_costs_an_instance_that_runs_on_a_turn_and_nothing_else()
    {
        var runs = 0;
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("RunsOn", async context =>
        {
            Interlocked.Increment(ref runs);
            using var cancel = new CancellationTokenSource();
            _ = context.CreateTimer(Beat, cancel.Token);
            cancel.Cancel();
            return await context.WaitForExternalEvent<string>("Go");
        }));

        var id = await host.RunAsync("RunsOn");
        Assert.Equal(1, runs);
        await host.PassAsync(1);
        Assert.Equal(2, runs);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.RaiseAsync(id, "Go", "went");

        Assert.Equal("went", await host.OutputAsync<string>(id));
    }
}
