using Grpc.Core;

namespace Conformance.Tests.Local;

/// <summary>A client that knocks on an instance which can not hear: answered as the Functions host does.</summary>
public abstract class Knocks(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("2 event to completed or unknown instance")]
    public async Task An_event_to_an_ended_or_unknown_instance_is_refused_and_leaves_no_trace()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Ends", _ => 1));
        var ended = await host.RunAsync("Ends");
        var before = await host.GetAsync(ended);
        await host.PassAsync(1);

        Assert.Equal(StatusCode.FailedPrecondition, (await RefusedAsync(() => host.Client.RaiseEventAsync(ended, "E"))).StatusCode);
        var unknown = await RefusedAsync(() => host.Client.RaiseEventAsync("nobody", "E"));

        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("No instance with ID 'nobody' was found. (Parameter 'instanceId')", unknown.Status.Detail);
        Assert.Equal(before.LastUpdatedAt, (await host.GetAsync(ended)).LastUpdatedAt);
    }

    [Fact]
    [Row("2 event before the instance is created")]
    public async Task An_event_that_came_before_its_instance_is_not_kept_for_it()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("E")));

        await RefusedAsync(() => host.Client.RaiseEventAsync("case", "E", "early"));
        var id = await host.RunAsync("Waits", options: new("case"));
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.RaiseAsync(id, "E", "in time");

        Assert.Equal("in time", await host.OutputAsync<string>(id));
    }

    [Theory]
    [InlineData("Terminate", StatusCode.FailedPrecondition, StatusCode.NotFound)]
    [InlineData("Suspend", StatusCode.Unknown, StatusCode.Unknown)]
    [InlineData("Resume", StatusCode.Unknown, StatusCode.Unknown)]
    [Row("9 knock on completed or unknown")]
    public async Task Ended_and_unknown_instances_can_not_be_terminated_suspended_or_resumed(string what, StatusCode ended, StatusCode unknown)
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Ends", _ => 1));
        var id = await host.RunAsync("Ends");

        Assert.Equal(ended, (await RefusedAsync(() => Knock(id))).StatusCode);
        Assert.Equal(unknown, (await RefusedAsync(() => Knock("nobody"))).StatusCode);
        await host.IsAsync(OrchestrationRuntimeStatus.Completed, id);

        Task Knock(string instance) => what switch
        {
            "Terminate" => host.Client.TerminateInstanceAsync(instance),
            "Suspend" => host.Client.SuspendInstanceAsync(instance),
            _ => host.Client.ResumeInstanceAsync(instance),
        };
    }

    private static Task<RpcException> RefusedAsync(Func<Task> knock) => Assert.ThrowsAsync<RpcException>(knock);
}
