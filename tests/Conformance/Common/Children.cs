namespace Conformance.Tests.Common;

/// <summary>Sub-orchestrations.</summary>
public abstract class Children(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("7 sub-orchestration id")]
    public async Task A_child_has_the_next_guid_as_its_id_and_knows_its_parent()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc<int, string>("Child", (context, n) => $"{n} {context.InstanceId} of {context.Parent!.Name}/{context.Parent.InstanceId}")
            .AddOrchestratorFunc("Parent", async context =>
            {
                var time = context.CurrentUtcDateTime;
                var children = await Task.WhenAll(Enumerable.Range(0, 2).Select(n => context.CallSubOrchestratorAsync<string>("Child", n)));
                return (time, context.Parent is null, children[0], children[1]);
            }));

        var id = await host.RunAsync("Parent");

        var (time, isTop, first, second) = await host.OutputAsync<(DateTime, bool, string, string)>(id);
        Assert.True(isTop);
        Assert.Equal($"0 {RecipeGuid(id, time, 0):N} of Parent/{id}", first);
        Assert.Equal($"1 {RecipeGuid(id, time, 1):N} of Parent/{id}", second);
    }

    [Fact]
    [Row("7 sub-orchestration id")]
    public async Task A_child_may_be_given_an_id()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Child", context => context.InstanceId)
            .AddOrchestratorFunc("Parent", context =>
                context.CallSubOrchestratorAsync<string>("Child", new TaskOptions().WithInstanceId("child-1"))));

        Assert.Equal("child-1", await host.OutputOfAsync<string>("Parent"));
        await host.IsAsync(OrchestrationRuntimeStatus.Completed, "child-1");
    }

    [Fact]
    [Row("7 sub-orchestration id")]
    public async Task An_instance_started_without_an_id_gets_a_guid()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Ends", _ => 1));

        var (one, other) = (await host.RunAsync("Ends"), await host.RunAsync("Ends"));

        Assert.True(Guid.TryParseExact(one, "N", out _), one);
        Assert.NotEqual(one, other);
    }

    [Fact]
    [Row("7 child fails or is terminated")]
    public async Task A_terminated_child_fails_the_call_without_details()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Child", context => context.WaitForExternalEvent<string>("Never"))
            .AddOrchestratorFunc("Parent", async context =>
            {
                var options = new TaskOptions().WithInstanceId("child");
                var failed = await Caught<TaskFailedException>(() => context.CallSubOrchestratorAsync<string>("Child", options));
                return (failed.Message, failed.TaskName, failed.FailureDetails is null);
            }));

        var id = await host.RunAsync("Parent");
        await host.TerminateAsync("child", "enough");

        Assert.Equal(("Task 'Child' (#0) failed with an unhandled exception.", "Child", true), await host.OutputAsync<(string, string, bool)>(id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Row("7 terminate parent")]
    public async Task A_child_of_a_terminated_parent_runs_on(bool recursive)
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Child", context => context.WaitForExternalEvent<string>("Go"))
            .AddOrchestratorFunc("Parent", context => context.CallSubOrchestratorAsync<string>("Child", new TaskOptions().WithInstanceId("child"))));

        var parent = await host.RunAsync("Parent");
        await host.Client.TerminateInstanceAsync(parent, new TerminateInstanceOptions("enough", recursive));
        await host.IsAsync(OrchestrationRuntimeStatus.Terminated, parent);
        await host.RaiseAsync("child", "Go", "on");

        Assert.Equal("on", await host.OutputAsync<string>("child"));
        await host.IsAsync(OrchestrationRuntimeStatus.Terminated, parent);
    }

    [Fact]
    [Row("7 child id already running")]
    public async Task A_child_under_the_id_of_a_running_instance_is_no_error_and_its_result_is_that_ids()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("Go"))
            .AddOrchestratorFunc("Parent", context => context.CallSubOrchestratorAsync<string>("Waits", new TaskOptions().WithInstanceId("shared"))));

        await host.RunAsync("Waits", options: new("shared"));
        var parent = await host.RunAsync("Parent");
        await host.IsAsync(OrchestrationRuntimeStatus.Running, parent);
        await host.RaiseAsync("shared", "Go", "went");

        Assert.Equal("went", await host.OutputAsync<string>("shared"));
        Assert.Equal("went", await host.OutputAsync<string>(parent));
    }

    [Fact]
    [Row("7 sub-orchestration id")]
    public async Task Thirty_children_run_side_by_side()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc<int, int>("Child", async (context, n) =>
            {
                await context.CreateTimer(Beat, CancellationToken.None);
                return n;
            })
            .AddOrchestratorFunc("Parent", context =>
                Task.WhenAll(Enumerable.Range(0, 30).Select(n => context.CallSubOrchestratorAsync<int>("Child", n)))));

        var id = await host.RunAsync("Parent");
        await host.PassAsync(1);

        Assert.Equal(Enumerable.Range(0, 30), await host.OutputAsync<List<int>>(id));
    }
}
