using Durable.Tests.Twins;
using DurableTask.Core.Exceptions;
using LocalHost.Clock;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Durable.Tests;

/// <summary>Values that fit no row: written before their commit, read when needed, gone with their run.</summary>
public sealed class LargeValueTests
{
    private const int Large = 200_000;

    private readonly MemoryTaskHubStore _memory = new();
    private readonly WatchedStore _store;

    public LargeValueTests() => _store = new(_memory);

    [Fact]
    public async Task Small_values_cost_no_request_and_what_compresses_well_stays_in_its_row()
    {
        await using var host = await DurableHost.StartAsync(LargeStory.Functions, _store);

        await host.RunAsync("Keeps", "small", new("small"));
        await host.RunAsync("Keeps", new string('대', Large), new("compresses"));
        await host.RaiseAsync("small", "E", "e");
        await host.RaiseAsync("compresses", "E", new string('e', Large));

        Assert.Equal(new string('대', Large) + new string('e', Large), await host.OutputAsync<string>("compresses"));
        Assert.Empty(_store.Written);
        Assert.Empty(_store.Read);
    }

    [Fact]
    public async Task A_start_and_a_list_read_no_large_value_of_who_sleeps()
    {
        var clock = BusinessClock.Frozen(DurableHost.Start);
        await using (var first = await DurableHost.StartAsync(LargeStory.Functions, _store, clock))
        {
            await first.RunAsync("Keeps", Letters.Of(Large), new("sleeper"));
        }

        await using var second = await DurableHost.StartAsync(LargeStory.Functions, _store, clock);
        await second.WhenIdle();
        var brief = await second.Client.GetInstanceAsync("sleeper");
        await foreach (var listed in second.Client.GetAllInstancesAsync(new()))
        {
            Assert.Equal("sleeper", listed.InstanceId);
        }

        Assert.Equal(OrchestrationRuntimeStatus.Running, brief!.RuntimeStatus);
        Assert.Empty(_store.Read);
        await foreach (var listed in second.Client.GetAllInstancesAsync(new() { FetchInputsAndOutputs = true }))
        {
            Assert.Equal(Letters.Of(Large), listed.ReadInputAs<string>());
        }

        Assert.Single(_store.Read);
    }

    [Fact]
    public async Task Large_values_go_when_their_run_goes()
    {
        await using var host = await DurableHost.StartAsync(LargeStory.Functions, _store);
        await host.RunAsync("Again", Letters.Of(Large), new("again"));
        var first = await _store.NamesAsync();
        await host.RaiseAsync("again", "E", Letters.Of(Large, 2));
        await host.RunAsync("Keeps", Letters.Of(Large, 3), new("replaced"));
        await host.Client.TerminateInstanceAsync("replaced", Letters.Of(Large, 4));
        await host.WhenIdle();
        await host.RunAsync("Keeps", "small", new("replaced"));
        await host.RunAsync("Keeps", Letters.Of(Large, 5), new("purged"));
        await host.RaiseAsync("purged", "E", Letters.Of(Large, 6));
        await host.Client.PurgeInstanceAsync("purged");
        await host.Engine.StopAsync(CancellationToken.None);

        var left = await _store.NamesAsync();
        Assert.NotEmpty(left);
        Assert.All(left, static name => Assert.Contains("/again~/", name, StringComparison.Ordinal));
        Assert.Empty(left.Intersect(first));
    }

    [Fact]
    public async Task A_refused_start_leaves_nothing()
    {
        var once = new StartOrchestrationOptions("case").WithDedupeStatuses(StartOrchestrationOptionsExtensions.ValidDedupeStatuses);
        await using var host = await DurableHost.StartAsync(LargeStory.Functions, _store);
        await host.RunAsync("Keeps", "small", once);
        await host.RaiseAsync("case", "E", "e");

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.RunAsync("Keeps", Letters.Of(Large), once));
        await host.Engine.StopAsync(CancellationToken.None);

        Assert.Single(_store.Written);
        Assert.Empty(await _store.NamesAsync());
    }

    [Fact]
    public async Task A_write_that_fails_is_tried_again_and_one_that_goes_on_failing_is_told()
    {
        await using var host = await DurableHost.StartAsync(LargeStory.Functions, _store, options: new() { StorageRetryDelay = TimeSpan.Zero });

        _store.FailWrites(4);
        await host.RunAsync("Keeps", Letters.Of(Large), new("in-the-end"));
        _store.FailWrites(5);
        await Assert.ThrowsAsync<IOException>(() => host.RunAsync("Keeps", Letters.Of(Large), new("never")));

        await host.IsAsync(OrchestrationRuntimeStatus.Running, "in-the-end");
        Assert.Null(await host.Client.GetInstanceAsync("never"));
    }

    [Fact]
    public async Task A_large_value_that_is_gone_is_told_with_the_instance_and_holds_up_no_other()
    {
        const string id = "case/대리";
        var (clock, log) = (BusinessClock.Frozen(DurableHost.Start), new LogLines());
        await using (var first = await DurableHost.StartAsync(LargeStory.Functions, _store, clock))
        {
            await first.RunAsync("Keeps", Letters.Of(Large), new(id));
            await first.RunAsync("Keeps", Letters.Of(Large), new("other"));
        }

        foreach (var name in (await _store.NamesAsync()).Where(static name => name.Contains("case~002F대리~", StringComparison.Ordinal)))
        {
            await _store.DeleteAsync(name, CancellationToken.None);
        }

        await using var second = await DurableHost.StartAsync(LargeStory.Functions, _store, clock, log, new() { MaxTurnAttempts = 1 });
        await second.RaiseAsync(id, "E", "e");
        await second.RaiseAsync("other", "E", "e");

        var gone = await Assert.ThrowsAsync<InvalidDataException>(() => second.Client.GetInstanceAsync(id, getInputsAndOutputs: true));
        Assert.Contains($"Input of the instance '{id}' is gone", gone.Message, StringComparison.Ordinal);
        Assert.Contains(log.Of(LogLevel.Error), static line =>
            line.StartsWith($"{id} is set aside", StringComparison.Ordinal) && line.Contains($"of the instance '{id}' is gone", StringComparison.Ordinal));
        Assert.Equal(Letters.Of(Large) + "e", await second.OutputAsync<string>("other"));
    }

    [Fact]
    public async Task Messages_whose_text_is_gone_are_told_and_hold_up_no_other()
    {
        var (clock, log) = (BusinessClock.Frozen(DurableHost.Start), new LogLines());
        await using (var stores = await DurableHost.StartAsync(LargeStory.Functions, _store, clock, options: new() { RunsInstances = false }))
        {
            await stores.Client.ScheduleNewOrchestrationInstanceAsync("Keeps", "in", new StartOrchestrationOptions("case"));
            await stores.Client.RaiseEventAsync("case", "E", Letters.Of(Large));
            await stores.Client.RaiseEventAsync("case", "E", "small");
        }

        await _store.DeleteAsync(Assert.Single(await _store.NamesAsync()), CancellationToken.None);
        await using var runs = await DurableHost.StartAsync(LargeStory.Functions, _store, clock, log);
        await runs.WhenIdle();

        Assert.Equal("insmall", await runs.OutputAsync<string>("case"));
        Assert.Contains(log.Of(LogLevel.Error), static line => line.StartsWith("Messages of the instance 'case' is gone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_large_custom_status_is_written_when_it_is_set_and_not_with_every_turn()
    {
        await using var host = await DurableHost.StartAsync(
            f => f.AddOrchestratorFunc("Tells", async context =>
            {
                context.SetCustomStatus(Letters.Of(Large));
                await context.WaitForExternalEvent<string>("E");
                await context.WaitForExternalEvent<string>("E");
                context.SetCustomStatus("small");
                await context.WaitForExternalEvent<string>("E");
            }),
            _store);

        await host.RunAsync("Tells", options: new("case"));
        await host.RaiseAsync("case", "E");
        Assert.Equal(Letters.Of(Large), (await host.GetAsync("case")).ReadCustomStatusAs<string>());
        Assert.Single(_store.Written);

        await host.RaiseAsync("case", "E");
        Assert.Equal("small", (await host.GetAsync("case")).ReadCustomStatusAs<string>());
    }
}
