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
    public async Task With_all_dedupe_statuses_a_second_start_is_refused_whatever_became_of_the_first()
    {
        await using var host = await DurableHost.StartAsync(Waits);
        await host.RunAsync("Waits", options: Once);
        await Refused();
        await host.RaiseAsync("case-1", "Go");
        await host.IsAsync(OrchestrationRuntimeStatus.Completed, "case-1");
        await Refused();

        Task Refused() => Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.RunAsync("Waits", options: Once));
    }

    [Fact]
    public async Task Without_dedupe_statuses_an_ended_instance_is_replaced_and_a_live_one_is_not()
    {
        await using var host = await DurableHost.StartAsync(Waits);
        await host.RunAsync("Waits", "first", new("case-1"));
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.RunAsync("Waits", "second", new("case-1")));
        await host.Client.SuspendInstanceAsync("case-1");
        await host.WhenIdle();
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.RunAsync("Waits", "second", new("case-1")));
        await host.Client.TerminateInstanceAsync("case-1");
        await host.WhenIdle();

        await host.RunAsync("Waits", "second", new("case-1"));

        Assert.Equal("second", (await host.GetAsync("case-1")).ReadInputAs<string>());
        await host.IsAsync(OrchestrationRuntimeStatus.Running, "case-1");
    }

    [Fact]
    public async Task An_empty_list_of_dedupe_statuses_replaces_even_a_running_instance()
    {
        await using var host = await DurableHost.StartAsync(Waits);
        await host.RunAsync("Waits", "first", new("case-1"));
        await host.RunAsync("Waits", "second", new StartOrchestrationOptions("case-1").WithDedupeStatuses());

        await host.RaiseAsync("case-1", "Go");

        Assert.Equal("second", await host.OutputAsync<string>("case-1"));
    }

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
    public async Task A_start_in_the_future_is_pending_until_then_and_keeps_its_events()
    {
        await using var host = await DurableHost.StartAsync(Waits);
        var id = await host.RunAsync("Waits", "later", new("case-1", DurableHost.Start.AddDays(2)));
        await host.RaiseAsync(id, "Go");
        await host.AdvanceBy(TimeSpan.FromHours(47));
        await host.IsAsync(OrchestrationRuntimeStatus.Pending, id);

        await host.AdvanceBy(TimeSpan.FromHours(1));

        Assert.Equal("later", await host.OutputAsync<string>(id));
    }

    [Fact]
    public async Task A_start_in_the_future_can_be_terminated_before_it_ran()
    {
        var ran = false;
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Runs", _ => ran = true));
        var id = await host.RunAsync("Runs", options: new("case-1", DurableHost.Start.AddDays(2)));
        await host.Client.TerminateInstanceAsync(id);
        await host.AdvanceBy(TimeSpan.FromDays(3));

        await host.IsAsync(OrchestrationRuntimeStatus.Terminated, id);
        Assert.False(ran);
    }

    [Theory]
    [InlineData("a/b\\c#d?e|f~g%h")]
    [InlineData("tab\tand space")]
    [InlineData("대리-2026 😀")]
    public async Task Any_characters_may_be_in_an_id(string id)
    {
        await using var host = await DurableHost.StartAsync(Waits);
        await host.RunAsync("Waits", "in", new(id));
        await host.RaiseAsync(id, "Go");

        Assert.Equal("in", await host.OutputAsync<string>(id));
        Assert.Null(await host.Client.GetInstanceAsync(id + "x"));
    }

    [Fact]
    public async Task Ids_of_entities_empty_ids_and_unknown_statuses_are_refused()
    {
        await using var host = await DurableHost.StartAsync(Waits);

        await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync("Waits", options: new("@entity")));
        await Assert.ThrowsAsync<ArgumentNullException>(() => host.RunAsync("Waits", options: new(string.Empty)));
        await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync("Waits", options: new(new string('x', 500))));
        await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync("Waits", options: new() { DedupeStatuses = ["Bogus"] }));
        await Assert.ThrowsAsync<ArgumentNullException>(() => host.RunAsync(default));
    }

    [Fact]
    public async Task A_start_without_an_id_gets_one_and_version_and_tags_are_kept()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Tells", context =>
            $"{context.Version} {context.CompareVersionTo("1.5")} {context.CompareVersionTo("")} {context.CompareVersionTo("1.10")}"));

        var id = await host.RunAsync("Tells", options: new() { Version = "1.10", Tags = new Dictionary<string, string> { ["centre"] = "KOC" } });

        Assert.Equal(32, id.Length);
        Assert.Equal("1.10 1 1 0", await host.OutputAsync<string>(id));
        Assert.Equal("KOC", (await host.GetAsync(id)).Tags["centre"]);
    }

    private static void Waits(DurableTaskRegistry functions) => functions.AddOrchestratorFunc<string, string>("Waits", async (context, input) =>
    {
        await context.WaitForExternalEvent<string>("Go");
        return input;
    });
}
