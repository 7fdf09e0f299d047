using System.Collections.Concurrent;
using Durable.Tests.Twins;
using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Durable.Tests;

/// <summary>What an app does with instances that another version of it has started: while it was rolled out, or rolled back.</summary>
public sealed class VersionTests
{
    private readonly MemoryTaskHubStore _memory = new();
    private readonly BusinessClock _clock = BusinessClock.Frozen(DurableHost.Start);
    private readonly ConcurrentQueue<string> _done = [];

    [Fact]
    public async Task An_instance_is_stamped_with_the_version_of_the_app_that_started_it()
    {
        await using (var old = await StartAsync("1.0"))
        {
            await old.RunAsync("Case", options: new("case"));
        }

        await using var current = await StartAsync("2.0");
        await current.RaiseAsync("case", "Go", "went");

        Assert.Equal("1.0 went, child of 2.0", await current.OutputAsync<string>("case"));
    }

    [Theory]
    [InlineData(VersionMatchStrategy.None, OrchestrationRuntimeStatus.Completed)]
    [InlineData(VersionMatchStrategy.Strict, OrchestrationRuntimeStatus.Running)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, OrchestrationRuntimeStatus.Completed)]
    public async Task One_from_before_there_were_versions_is_older_than_all(VersionMatchStrategy strategy, OrchestrationRuntimeStatus status)
    {
        await using (var first = await StartAsync(""))
        {
            await first.RunAsync("Case", options: new("case"));
        }

        await using var current = await StartAsync("1.0", strategy: strategy);
        await current.RaiseAsync("case", "Go", "went");

        await current.IsAsync(status, "case");
    }

    [Fact]
    public async Task A_rejected_instance_is_left_alone_and_holds_up_nobody()
    {
        var log = new LogLines();
        await using var host = await StartAsync("1.0", loggers: log);
        await host.RunAsync("Case", options: Of("2.0", "newer"));
        await host.RunAsync("Case", options: new("mine"));
        await host.RaiseAsync("mine", "Go", "went");
        await host.AdvanceBy(TimeSpan.FromDays(10));

        await host.IsAsync(OrchestrationRuntimeStatus.Pending, "newer");
        Assert.Equal("1.0 went, child of 1.0", await host.OutputAsync<string>("mine"));
        Assert.Contains("The instance newer of version '2.0' is not run", Assert.Single(log.Of(LogLevel.Warning)), StringComparison.Ordinal);
        Assert.DoesNotContain("newer", _done);
    }

    [Fact]
    public async Task What_came_for_a_rejected_instance_reaches_it_at_a_host_whose_version_fits()
    {
        await using (var old = await StartAsync("1.0"))
        {
            await old.RunAsync("Case", options: Of("2.0", "newer"));
            await old.RaiseAsync("newer", "Go", "early");
            await old.IsAsync(OrchestrationRuntimeStatus.Pending, "newer");
        }

        await using var current = await StartAsync("2.0");
        await current.WhenIdle();

        Assert.Equal("2.0 early, child of 2.0", await current.OutputAsync<string>("newer"));
        await current.Engine.StopAsync(CancellationToken.None);
        Assert.DoesNotContain(await current.KeysAsync(), static key => key.StartsWith("message|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_rollback_what_runs_waits_for_the_newer_version_with_its_timers_and_activities()
    {
        await using (var current = await StartAsync("2.0"))
        {
            await current.RunAsync("Sleeper", options: new("sleeper"));
        }

        await using (var old = await StartAsync("1.0"))
        {
            await old.AdvanceBy(TimeSpan.FromDays(4));
            await old.IsAsync(OrchestrationRuntimeStatus.Running, "sleeper");
            Assert.Empty(_done);
            Assert.Null(_clock.NextDue);
        }

        await using var again = await StartAsync("2.0");
        await again.WhenIdle();

        Assert.Equal("sleeper", await again.OutputAsync<string>("sleeper"));
    }

    [Fact]
    public async Task A_rejected_instance_can_be_terminated()
    {
        await using var host = await StartAsync("1.0");
        await host.RunAsync("Case", options: Of("2.0", "newer"));

        await host.Client.TerminateInstanceAsync("newer", "enough");
        await host.WhenIdle();

        await host.IsAsync(OrchestrationRuntimeStatus.Terminated, "newer");
    }

    [Fact]
    public async Task A_sub_orchestration_of_a_version_that_does_not_fit_is_pending_until_it_does()
    {
        await using (var old = await StartAsync("1.0"))
        {
            await old.RunAsync("CallsNewer", options: new("parent"));
            await old.IsAsync(OrchestrationRuntimeStatus.Running, "parent");
            await old.IsAsync(OrchestrationRuntimeStatus.Pending, "child");
        }

        await using var current = await StartAsync("2.0");
        await current.WhenIdle();

        Assert.Equal("child of 2.0", await current.OutputAsync<string>("parent"));
    }

    [Fact]
    public async Task One_that_goes_on_as_a_newer_version_waits_for_it_with_what_it_had_not_taken()
    {
        await using (var old = await StartAsync("1.0"))
        {
            await old.RunAsync("Moves", options: new("case"));
            await old.RaiseAsync("case", "Later", "kept");
            await old.RaiseAsync("case", "Move", "2.0");
            await old.IsAsync(OrchestrationRuntimeStatus.Pending, "case");
        }

        await using var current = await StartAsync("2.0");
        await current.WhenIdle();

        Assert.Equal("2.0 kept", await current.OutputAsync<string>("case"));
        await current.Engine.StopAsync(CancellationToken.None);
        Assert.Single(await current.KeysAsync(), static key => key.StartsWith("turn|case|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_failing_one_that_runs_fails_with_the_next_thing_that_happens_to_it_and_can_be_rewound()
    {
        await using (var current = await StartAsync("2.0"))
        {
            await current.RunAsync("Case", options: new("case"));
        }

        await using (var old = await StartAsync("1.0", failure: VersionFailureStrategy.Fail))
        {
            await old.WhenIdle();
            await old.IsAsync(OrchestrationRuntimeStatus.Running, "case");
            await old.RaiseAsync("case", "Go", "went");
            var failed = await old.GetAsync("case");
            Assert.Equal("VersionMismatch", failed.FailureDetails!.ErrorType);
            Assert.Equal("The orchestration version '2.0' is greater than the worker version '1.0'.", failed.FailureDetails.ErrorMessage);
        }

        await using var again = await StartAsync("2.0");
        await again.Client.RewindInstanceAsync("case", "rolled out again");
        await again.WhenIdle();

        Assert.Equal("2.0 went, child of 2.0", await again.OutputAsync<string>("case"));
    }

    [Fact]
    public async Task What_failed_in_a_newer_version_is_not_rewound_by_an_older_one()
    {
        await using (var current = await StartAsync("2.0"))
        {
            await current.RunAsync("Fails", options: new("case"));
            await current.IsAsync(OrchestrationRuntimeStatus.Failed, "case");
        }

        await using var old = await StartAsync("1.0");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => old.Client.RewindInstanceAsync("case", ""));

        Assert.Contains("of version '2.0'", refused.Message, StringComparison.Ordinal);
        await old.IsAsync(OrchestrationRuntimeStatus.Failed, "case");
    }

    private static StartOrchestrationOptions Of(string version, string id) => new(id) { Version = version };

    private Task<DurableHost> StartAsync(
        string version,
        VersionFailureStrategy failure = VersionFailureStrategy.Reject,
        VersionMatchStrategy strategy = VersionMatchStrategy.CurrentOrOlder,
        ILoggerFactory? loggers = null) =>
        DurableHost.StartAsync(Functions, _memory, _clock, loggers, new DurableEngineOptions
        {
            DefaultVersion = version,
            VersionMatchStrategy = strategy,
            VersionFailureStrategy = failure,
        });

    private void Functions(DurableTaskRegistry functions) => functions
        .AddActivityFunc<string, string>("Do", (_, step) =>
        {
            _done.Enqueue(step);
            return step;
        })
        .AddOrchestratorFunc("Child", context => $"child of {context.Version}")
        .AddOrchestratorFunc("Case", async context =>
        {
            var went = await context.WaitForExternalEvent<string>("Go");
            return $"{context.Version} {went}, {await context.CallSubOrchestratorAsync<string>("Child")}";
        })
        .AddOrchestratorFunc("Sleeper", async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
            return await context.CallActivityAsync<string>("Do", context.InstanceId);
        })
        .AddOrchestratorFunc("CallsNewer", context =>
            context.CallSubOrchestratorAsync<string>("Child", new TaskOptions { Version = "2.0" }.WithInstanceId("child")))
        .AddOrchestratorFunc("Moves", async context =>
        {
            if (context.Version == "2.0")
            {
                return $"{context.Version} {await context.WaitForExternalEvent<string>("Later")}";
            }

            var version = await context.WaitForExternalEvent<string>("Move");
            context.ContinueAsNew(new ContinueAsNewOptions { NewVersion = version });
            return "";
        })
        .AddOrchestratorFunc("Fails", Task (_) => throw new InvalidOperationException("a bug"));
}
