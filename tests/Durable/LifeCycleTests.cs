using Durable.Tests.Twins;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>Suspend, resume, terminate, custom status.</summary>
public sealed class LifeCycleTests
{
    [Fact]
    public async Task A_suspended_instance_takes_events_and_timers_in_but_acts_on_them_only_when_resumed()
    {
        List<string> acted = [];
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Acts", async context =>
        {
            context.SetCustomStatus("acting");
            var timer = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            acted.Add(await context.WaitForExternalEvent<string>("E"));
            await timer;
            acted.Add($"timer at {context.CurrentUtcDateTime:HH:mm}");
        }));

        var id = await host.RunAsync("Acts");
        await host.Client.SuspendInstanceAsync(id, "lunch");
        await host.Client.SuspendInstanceAsync(id, "long lunch");
        await host.RaiseAsync(id, "E", "event");
        await host.AdvanceBy(TimeSpan.FromHours(2));

        var suspended = await host.GetAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, suspended.RuntimeStatus);
        Assert.Equal("long lunch", suspended.SerializedOutput);
        Assert.Equal("\"acting\"", suspended.SerializedCustomStatus);
        Assert.Empty(acted);

        await host.Client.ResumeInstanceAsync(id);
        await host.WhenIdle();
        await host.IsAsync(OrchestrationRuntimeStatus.Completed, id);
        Assert.Equal(["event", "timer at 15:30"], acted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_terminated_instance_ends_at_once_with_the_given_output(bool suspended)
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Waits", context =>
            context.CreateTimer(TimeSpan.FromDays(30), CancellationToken.None)));

        var id = await host.RunAsync("Waits");
        if (suspended)
        {
            await host.Client.SuspendInstanceAsync(id);
        }

        await host.Client.TerminateInstanceAsync(id, new { Reason = "withdrawn" });
        await host.WhenIdle();

        var instance = await host.GetAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, instance.RuntimeStatus);
        Assert.Equal("{\"Reason\":\"withdrawn\"}", instance.SerializedOutput);
        Assert.Null(host.Clock.NextDue);
    }

    [Fact]
    public async Task A_custom_status_is_kept_between_turns_and_null_clears_it()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Tells", async context =>
        {
            context.SetCustomStatus(new { A = 1, B = 1, C = (string?)null });
            await context.WaitForExternalEvent<string>("E");
            await context.WaitForExternalEvent<string>("E");
            context.SetCustomStatus(null);
        }));

        var id = await host.RunAsync("Tells");
        await host.RaiseAsync(id, "E");
        Assert.Equal("{\"A\":1,\"B\":1,\"C\":null}", (await host.GetAsync(id)).SerializedCustomStatus);
        await host.RaiseAsync(id, "E");
        Assert.Null((await host.GetAsync(id)).SerializedCustomStatus);
    }

    [Fact]
    public async Task Knocking_on_an_ended_or_unknown_instance_is_answered_as_the_Functions_host_does()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Ends", _ => 1));
        var ended = await host.RunAsync("Ends");
        var client = host.Client;

        Assert.Equal(StatusCode.FailedPrecondition, await CodeOf(() => client.RaiseEventAsync(ended, "E")));
        Assert.Equal(StatusCode.NotFound, await CodeOf(() => client.RaiseEventAsync("nobody", "E")));
        Assert.Equal(StatusCode.FailedPrecondition, await CodeOf(() => client.TerminateInstanceAsync(ended)));
        Assert.Equal(StatusCode.NotFound, await CodeOf(() => client.TerminateInstanceAsync("nobody")));
        Assert.Equal(StatusCode.Unknown, await CodeOf(() => client.SuspendInstanceAsync(ended)));
        Assert.Equal(StatusCode.Unknown, await CodeOf(() => client.ResumeInstanceAsync("nobody")));
        await Assert.ThrowsAsync<ArgumentNullException>(() => client.RaiseEventAsync(ended, null!));
        await Assert.ThrowsAsync<ArgumentException>(() => client.RaiseEventAsync(ended, string.Empty));
        await Assert.ThrowsAsync<ArgumentException>(() => client.RaiseEventAsync(string.Empty, "E"));

        static async Task<StatusCode> CodeOf(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).StatusCode;
    }

    [Fact]
    public async Task An_orchestrator_that_throws_a_cancellation_fails()
    {
        await using var host = await DurableHost.StartAsync(f =>
            f.AddOrchestratorFunc("Cancels", Task (_) => throw new OperationCanceledException()));

        var instance = await host.GetAsync(await host.RunAsync("Cancels"));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.Equal("System.AggregateException", instance.FailureDetails!.ErrorType);
        Assert.Equal("System.Threading.Tasks.TaskCanceledException: A task was canceled.", instance.FailureDetails.InnerFailure!.ToString());
    }
}
