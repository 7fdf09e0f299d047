using Durable.Tests.Twins;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

public sealed class SubOrchestrationTests
{
    [Fact]
    public async Task A_child_knows_its_parent_and_returns_its_result()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddOrchestratorFunc<int, string>("Child", (context, n) => $"{context.Parent!.Name}/{context.Parent.InstanceId}/{n}")
            .AddOrchestratorFunc("Parent", async context =>
            {
                Assert.Null(context.Parent);
                return await context.CallSubOrchestratorAsync<string>("Child", 7, new TaskOptions().WithInstanceId("child-1"));
            }));

        var id = await host.RunAsync("Parent", options: new("parent-1"));

        Assert.Equal("Parent/parent-1/7", await host.OutputAsync<string>(id));
        await host.IsAsync(OrchestrationRuntimeStatus.Completed, "child-1");
    }

    [Fact]
    public async Task Many_children_run_side_by_side_under_ids_of_their_own()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddOrchestratorFunc<int, string>("Child", async (context, n) =>
            {
                await context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
                return $"{n}:{context.InstanceId.Length}";
            })
            .AddOrchestratorFunc("Parent", context =>
                Task.WhenAll(Enumerable.Range(0, 30).Select(n => context.CallSubOrchestratorAsync<string>("Child", n)))));

        var id = await host.RunAsync("Parent");
        Assert.Equal(31, host.Engine.LiveInstances);
        await host.AdvanceBy(TimeSpan.FromDays(1));

        Assert.Equal(Enumerable.Range(0, 30).Select(n => $"{n}:32"), await host.OutputAsync<string[]>(id));
    }

    [Fact]
    public async Task A_failing_child_is_retried_under_the_same_id_and_then_fails_the_call()
    {
        List<string> ids = [];
        await using var host = await DurableHost.StartAsync(f => f
            .AddOrchestratorFunc("Child", Task (context) =>
            {
                ids.Add(context.InstanceId);
                throw new InvalidOperationException("boom");
            })
            .AddOrchestratorFunc("Parent", async context =>
            {
                var policy = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMinutes(1)));
                var failed = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallSubOrchestratorAsync("Child", options: policy));
                return (failed.TaskName, failed.FailureDetails.ToString(), failed.InnerException is null);
            }));

        var id = await host.RunAsync("Parent");
        await host.AdvanceBy(TimeSpan.FromMinutes(10));

        Assert.Equal(("Child", "System.InvalidOperationException: boom", true), await host.OutputAsync<(string, string, bool)>(id));
        Assert.Equal(3, ids.Count);
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task A_terminated_child_fails_the_call_without_details()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddOrchestratorFunc("Child", context => context.WaitForExternalEvent<string>("Never"))
            .AddOrchestratorFunc("Parent", async context =>
            {
                var options = new TaskOptions().WithInstanceId("child");
                var failed = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallSubOrchestratorAsync<string>("Child", options));
                return (failed.Message, failed.FailureDetails is null);
            }));

        var id = await host.RunAsync("Parent");
        await host.Client.TerminateInstanceAsync("child", "enough");
        await host.WhenIdle();

        Assert.Equal(("Task 'Child' (#0) failed with an unhandled exception.", true), await host.OutputAsync<(string, bool)>(id));
    }

    [Fact]
    public async Task A_child_of_a_terminated_parent_runs_on()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddOrchestratorFunc("Child", context => context.WaitForExternalEvent<string>("Go"))
            .AddOrchestratorFunc("Parent", context => context.CallSubOrchestratorAsync<string>("Child", new TaskOptions().WithInstanceId("child"))));

        var parent = await host.RunAsync("Parent");
        await host.Client.TerminateInstanceAsync(parent, new TerminateInstanceOptions("enough", Recursive: true));
        await host.WhenIdle();
        await host.RaiseAsync("child", "Go", "on");

        Assert.Equal("on", await host.OutputAsync<string>("child"));
        await host.IsAsync(OrchestrationRuntimeStatus.Terminated, parent);
    }

    [Fact]
    public async Task An_unknown_orchestrator_fails_its_instance_and_the_call_of_its_parent()
    {
        await using var host = await DurableHost.StartAsync(f =>
            f.AddOrchestratorFunc("Parent", context => context.CallSubOrchestratorAsync("Nobody")));

        var alone = await host.GetAsync(await host.RunAsync("Nobody"));
        var parent = await host.GetAsync(await host.RunAsync("Parent"));

        Assert.Equal("OrchestratorTaskNotFound: No orchestrator task named 'Nobody' was found.", alone.FailureDetails!.ToString());
        Assert.Equal("OrchestratorTaskNotFound", parent.FailureDetails!.InnerFailure!.ErrorType);
    }
}
