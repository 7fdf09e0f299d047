using Durable.Tests.Twins;
using DurableTask.Core.Exceptions;
using Grpc.Core;
using LocalHost.Durable;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>An engine that stores and runs nothing, and the one after it.</summary>
public sealed class StoreOnlyTests
{
    private static readonly DurableEngineOptions StoresOnly = new() { RunsInstances = false };

    private static readonly StartOrchestrationOptions Once =
        new StartOrchestrationOptions("case-1").WithDedupeStatuses(StartOrchestrationOptionsExtensions.ValidDedupeStatuses);

    private readonly MemoryTaskHubStore _memory = new();

    [Fact]
    public async Task What_is_started_and_raised_waits_for_the_engine_that_runs()
    {
        await using (var first = await DurableHost.StartAsync(Waits, _memory, options: StoresOnly))
        {
            await first.RunAsync("Waits", options: Once);
            await first.RaiseAsync("case-1", "Go", "went");
            await first.IsAsync(OrchestrationRuntimeStatus.Pending, "case-1");
        }

        await using var second = await DurableHost.StartAsync(Waits, _memory);
        await second.WhenIdle();
        Assert.Equal("went", await second.OutputAsync<string>("case-1"));
    }

    [Fact]
    public async Task A_history_does_not_tell_which_engine_stored_the_start()
    {
        await using (var first = await DurableHost.StartAsync(Waits, _memory, options: StoresOnly))
        {
            await first.RunAsync("Waits", options: Once);
        }

        await using var second = await DurableHost.StartAsync(Waits, _memory);
        await second.RunAsync("Waits", options: new("case-2"));
        var (taken, own) = (Start(await second.HistoryAsync("case-1")), Start(await second.HistoryAsync("case-2")));
        Assert.Equal(own with { ExecutionId = taken.ExecutionId }, taken);

        static ExecutionStarted Start(IEnumerable<HistoryEvent> history) => history.OfType<ExecutionStarted>().Single();
    }

    [Fact]
    public async Task Nothing_of_a_start_is_kept_in_memory_and_it_costs_one_commit()
    {
        await using var host = await DurableHost.StartAsync(Waits, _memory, options: StoresOnly);
        var before = _memory.Commits;

        await host.RunAsync("Waits", options: Once);

        Assert.Equal(1, _memory.Commits - before);
        Assert.Equal(0, host.Engine.LiveInstances);
    }

    [Fact]
    public async Task What_is_refused_elsewhere_is_refused_here()
    {
        await using var host = await DurableHost.StartAsync(Waits, _memory, options: StoresOnly);
        await host.RunAsync("Waits", options: Once);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.RunAsync("Waits", options: Once));
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.RunAsync("Waits", options: new("case-1")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.PurgeInstanceAsync("case-1"));
        var unknown = await Assert.ThrowsAsync<RpcException>(() => host.Client.RaiseEventAsync("case-2", "Go"));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Who_slept_sleeps_on_whatever_falls_due()
    {
        var ran = 0;
        await using (var first = await DurableHost.StartAsync(Sleeps, _memory))
        {
            await first.RunAsync("Sleeps", options: new("s1"));
        }

        await using (var storing = await DurableHost.StartAsync(Sleeps, _memory, options: StoresOnly))
        {
            await storing.AdvanceBy(TimeSpan.FromDays(4));
            await storing.IsAsync(OrchestrationRuntimeStatus.Running, "s1");
        }

        Assert.Equal(1, ran);
        await using var last = await DurableHost.StartAsync(Sleeps, _memory);
        await last.AdvanceBy(TimeSpan.FromDays(4));
        await last.IsAsync(OrchestrationRuntimeStatus.Completed, "s1");

        void Sleeps(DurableTaskRegistry functions) => functions.AddOrchestratorFunc("Sleeps", context =>
        {
            Interlocked.Increment(ref ran);
            return context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
        });
    }

    private static void Waits(DurableTaskRegistry functions) =>
        functions.AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("Go"));
}
