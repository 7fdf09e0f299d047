using Durable.Tests.Twins;
using DurableTask.Core.Exceptions;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

public sealed class StartTests
{
    private static readonly StartOrchestrationOptions Once =
        new StartOrchestrationOptions("case-1").WithDedupeStatuses(StartOrchestrationOptionsExtensions.ValidDedupeStatuses);

    [Fact]
    public async Task Of_many_simultaneous_starts_of_one_id_one_wins()
    {
        await using var host = await DurableHost.StartAsync(Waits);

        var starts = Enumerable.Range(0, 20)
            .Select(_ => Task.Run(() => host.Client.ScheduleNewOrchestrationInstanceAsync("Waits", Once))).ToList();
        await Task.WhenAll(starts.Select(s => s.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(1, starts.Count(s => s.IsCompletedSuccessfully));
        Assert.All(starts.Where(s => !s.IsCompletedSuccessfully), s =>
            Assert.IsType<OrchestrationAlreadyExistsException>(s.Exception!.InnerException));
    }

    [Fact]
    public async Task A_start_costs_one_commit_and_a_turn_one_more()
    {
        await using var host = await DurableHost.StartAsync(Waits);
        var store = (MemoryTaskHubStore)host.Store;
        var before = store.Commits;

        await host.RunAsync("Waits", options: Once);

        Assert.Equal(2, store.Commits - before);
    }

    [Fact]
    public async Task An_id_that_does_not_fit_a_key_is_refused()
    {
        await using var host = await DurableHost.StartAsync(Waits);

        await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync("Waits", options: new(new string('x', 401))));
        await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync("Waits", options: new(new string('/', 81))));
    }

    [Fact]
    public async Task What_is_too_large_is_refused_or_fails_its_instance_with_a_clear_error()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc("Large", _ => new string('x', 600_000))
            .AddOrchestratorFunc("CallsLarge", context => context.CallActivityAsync<string>("Large"))
            .AddOrchestratorFunc("ReturnsLarge", _ => new string('x', 600_000)));

        await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync("CallsLarge", new string('x', 500_000)));
        var calls = await host.GetAsync(await host.RunAsync("CallsLarge"));
        var returns = await host.GetAsync(await host.RunAsync("ReturnsLarge"));

        Assert.Contains("The result of the activity Large is too large", calls.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, returns.RuntimeStatus);
        Assert.Contains("ExecutionCompleted is too large", returns.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_larger_than_a_row_is_cut_at_events_and_read_back()
    {
        var text = new string('대', 30_000);
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc<string, int>("Length", (_, given) => given.Length)
            .AddOrchestratorFunc("FanOut", async context =>
            {
                var lengths = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => context.CallActivityAsync<int>("Length", text)));
                await context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
                return lengths.Sum();
            }));

        var id = await host.RunAsync("FanOut");
        await host.AdvanceBy(TimeSpan.FromDays(1));

        Assert.Equal(120_000, await host.OutputAsync<int>(id));
    }

    private static void Waits(DurableTaskRegistry functions) => functions.AddOrchestratorFunc<string, string>("Waits", async (context, input) =>
    {
        await context.WaitForExternalEvent<string>("Go");
        return input;
    });
}
