using Durable.Tests.Twins;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Durable.Tests;

/// <summary>What must be the same on replay, and what happens when it is not.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task New_guids_are_version_5_and_the_same_on_replay()
    {
        List<Guid> seen = [];
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Guids", async context =>
        {
            seen.Add(context.NewGuid());
            seen.Add(context.NewGuid());
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        }));

        await host.RunAsync("Guids", options: new("case-1"));
        await host.AdvanceBy(TimeSpan.FromHours(1));

        Assert.Equal(4, seen.Count);
        Assert.Equal(seen[..2], seen[2..]);
        Assert.NotEqual(seen[0], seen[1]);
        Assert.Equal(5, seen[0].Version);
    }

    [Fact]
    public async Task A_replay_safe_logger_writes_each_line_once()
    {
        using var lines = new LogLines();
        await using var host = await DurableHost.StartAsync(
            f => f.AddOrchestratorFunc("Logs", async context =>
            {
                var log = context.CreateReplaySafeLogger("test");
#pragma warning disable CA1848, CA2254 // The logger is what is tested here.
                log.LogInformation("begun");
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                log.LogInformation("woken");
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                log.LogInformation("ended");
#pragma warning restore CA1848, CA2254
            }),
            loggers: lines);

        await host.RunAsync("Logs");
        await host.AdvanceBy(TimeSpan.FromHours(3));

        Assert.Equal(["begun", "woken", "ended"], lines.Of("test"));
    }

    [Theory]
    [InlineData(
        "OtherActivity",
        "A previous execution of this orchestration scheduled an activity task with sequence number 0 named 'Echo', but the current orchestration " +
        "replay instead scheduled an activity task named 'Sleep' with this sequence number.  Was a change made to the orchestrator code after this " +
        "instance had already started running?")]
    [InlineData("Timer", "instead produced a CreateTimerOrchestratorAction action")]
    [InlineData("Nothing", "with sequence ID 0 and name 'Echo' (version ''), but the current replay execution hasn't (yet?) scheduled this task.")]
    public async Task Code_that_does_something_else_than_its_history_fails_and_can_not_catch_it(string change, string message)
    {
        var store = new MemoryTaskHubStore();
        await using (var old = await DurableHost.StartAsync(f => Version(f, context => context.CallActivityAsync<string>("Echo", "1")), store))
        {
            await old.RunAsync("Changes", options: new("case-1"));
        }

        await using var now = await DurableHost.StartAsync(
            f => Version(f, context => change switch
            {
                "OtherActivity" => context.CallActivityAsync<string>("Sleep", "1"),
                "Timer" => context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None),
                _ => context.WaitForExternalEvent<string>("Go"),
            }),
            store);
        await now.RaiseAsync("case-1", "Go");

        var instance = await now.GetAsync("case-1");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", instance.FailureDetails!.ErrorType);
        Assert.StartsWith("Non-Deterministic workflow detected: ", instance.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(message, instance.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Delay")]
    [InlineData("Run")]
    [InlineData("ConfigureAwait")]
    [InlineData("CallFromOtherThread")]
    public async Task An_orchestrator_that_awaits_something_not_durable_fails_with_an_error_that_says_so(string how)
    {
        var never = new TaskCompletionSource();
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddOrchestratorFunc("Wrong", async context =>
            {
                await (how switch
                {
                    "Delay" => never.Task,
                    "Run" => Task.Run(() => never.Task),
                    "ConfigureAwait" => Elsewhere(context),
                    _ => Task.Run(() => context.CallActivityAsync<string>("Echo", "1")),
                });
                await context.WaitForExternalEvent<string>("Never");
            }));

        var id = await host.RunAsync("Wrong");

        var instance = await host.GetAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.Contains("durable", instance.FailureDetails!.ErrorMessage + instance.FailureDetails.StackTrace, StringComparison.OrdinalIgnoreCase);

        static async Task Elsewhere(TaskOrchestrationContext context)
        {
            await context.CreateTimer(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
            await context.CallActivityAsync<string>("Echo", "1").ConfigureAwait(false);
        }
    }

    [Fact]
    public async Task A_yield_is_allowed()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Yields", async context =>
        {
            await Task.Yield();
            await context.CreateTimer(TimeSpan.Zero, CancellationToken.None);
            await Task.Yield();
            return "done";
        }));

        Assert.Equal("done", await host.OutputAsync<string>(await host.RunAsync("Yields")));
    }

    private static void Version(DurableTaskRegistry functions, Func<TaskOrchestrationContext, Task> first) => functions
        .AddActivityFunc<string, string>("Echo", (_, text) => text)
        .AddActivityFunc<string, string>("Sleep", (_, text) => text)
        .AddOrchestratorFunc("Changes", async context =>
        {
            try
            {
                await first(context);
            }
            catch (Exception)
            {
                return "caught";
            }

            return await context.WaitForExternalEvent<string>("Go");
        });
}
