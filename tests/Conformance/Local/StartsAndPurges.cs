using DurableTask.Core.Exceptions;

namespace Conformance.Tests.Local;

/// <summary>Starting over what exists, starting later, purging what runs: as the Functions host does.</summary>
public abstract class StartsAndPurges(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("8 start with existing id, no dedupe")]
    public async Task Without_dedupe_statuses_a_live_instance_is_not_replaced()
    {
        await using var host = await StartAsync(Waits);
        await host.RunAsync("Waits", "first", new("running"));
        await host.RunAsync("Waits", "first", new("suspended"));
        await host.SuspendAsync("suspended");
        await host.RunAsync("Waits", "first", new("pending", host.UtcNow.AddDays(1)));

        foreach (var id in new[] { "running", "suspended", "pending" })
        {
            await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.RunAsync("Waits", "second", new(id)));
            Assert.Equal("\"first\"", (await host.GetAsync(id)).SerializedInput);
        }
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("fail")]
    [InlineData("terminate")]
    [Row("8 start with existing id, no dedupe")]
    public async Task Without_dedupe_statuses_an_ended_instance_is_replaced(string end)
    {
        await using var host = await StartAsync(Waits);
        await host.RunAsync("Waits", "first", new("case"));
        await (end == "terminate" ? host.TerminateAsync("case") : host.RaiseAsync("case", "Go", end));
        await host.EndedAsync("case");

        await host.RunAsync("Waits", "second", new("case"));
        await host.IsAsync(OrchestrationRuntimeStatus.Running, "case");
        await host.RaiseAsync("case", "Go", "went");

        Assert.Equal("second went", await host.OutputAsync<string>("case"));
    }

    [Fact]
    [Row("8 StartAt")]
    public async Task A_start_in_the_future_is_pending_until_then_and_who_waits_for_it_waits()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Tells", context => context.CurrentUtcDateTime));
        var due = host.UtcNow.AddDays(2);
        var id = await host.RunAsync("Tells", options: new(StartAt: due));
        var started = host.Client.WaitForInstanceStartAsync(id);
        await host.PassAsync(TimeSpan.FromDays(2) - TimeSpan.FromTicks(1));
        await host.IsAsync(OrchestrationRuntimeStatus.Pending, id);
        Assert.False(started.IsCompleted);

        await host.PassAsync(TimeSpan.FromTicks(1));

        Assert.Equal(due, await host.OutputAsync<DateTime>(id));
        Assert.Equal(id, (await started).InstanceId);
    }

    [Fact]
    [Row("8 StartAt")]
    public async Task Events_and_termination_reach_an_instance_that_starts_later()
    {
        var ran = false;
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Runs", _ => ran = true)
            .AddOrchestratorFunc("Takes", context => context.WaitForExternalEvent<string>("E")));
        var runs = await host.RunAsync("Runs", options: new(StartAt: host.UtcNow.AddDays(2)));
        var takes = await host.RunAsync("Takes", options: new(StartAt: host.UtcNow.AddDays(2)));
        await host.TerminateAsync(runs);
        await host.RaiseAsync(takes, "E", "early");
        await host.PassAsync(TimeSpan.FromDays(3));

        await host.IsAsync(OrchestrationRuntimeStatus.Terminated, runs);
        Assert.False(ran);
        Assert.Equal("early", await host.OutputAsync<string>(takes));
    }

    [Fact]
    [Row("8 start with existing id, no dedupe")]
    public async Task Tags_of_the_start_are_kept_also_in_the_next_run_and_in_a_restart()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc<int>("Again", (context, n) =>
        {
            if (n == 1)
            {
                context.ContinueAsNew(2);
            }

            return Task.CompletedTask;
        }));

        var id = await host.RunAsync("Again", 1, new() { Tags = new Dictionary<string, string> { ["centre"] = "KOC" } });
        Assert.Equal("KOC", (await host.EndedAsync(id)).Tags["centre"]);
        await host.Client.RestartAsync(id);
        await host.SettleAsync();

        Assert.Equal("KOC", (await host.EndedAsync(id)).Tags["centre"]);
    }

    [Fact]
    [Row("9 purge")]
    public async Task A_live_instance_can_not_be_purged()
    {
        await using var host = await StartAsync(Waits);
        var id = await host.RunAsync("Waits", "first");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.PurgeInstanceAsync(id));

        Assert.Contains("Only orchestrations in a terminal state can be purged", refused.Message, StringComparison.Ordinal);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
    }

    [Fact]
    [Row("9 restart")]
    public async Task A_live_instance_can_not_be_restarted_under_its_id()
    {
        await using var host = await StartAsync(Waits);
        var id = await host.RunAsync("Waits", "first");

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.Client.RestartAsync(id));

        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
    }

    [Fact]
    [Row("13 instance ids")]
    public async Task Ids_of_entities_are_refused_and_ids_are_told_apart_by_case()
    {
        await using var host = await StartAsync(Waits);
        await host.RunAsync("Waits", "first", new("case"));

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync("Waits", "first", new("@entity")));

        Assert.StartsWith("Instance IDs starting with '@' are reserved for entities", refused.Message, StringComparison.Ordinal);
        Assert.Null(await host.Client.GetInstanceAsync("CASE"));
        Assert.Empty(await host.ListAsync(new(InstanceIdPrefix: "CA")));
    }

    private static void Waits(DurableTaskRegistry functions) => functions.AddOrchestratorFunc<string, string>("Waits", async (context, input) =>
    {
        var text = await context.WaitForExternalEvent<string>("Go");
        return text == "fail" ? throw new InvalidOperationException(text) : $"{input} {text}";
    });
}
