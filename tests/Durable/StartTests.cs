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

    private static void Waits(DurableTaskRegistry functions) => functions.AddOrchestratorFunc<string, string>("Waits", async (context, input) =>
    {
        await context.WaitForExternalEvent<string>("Go");
        return input;
    });
}
