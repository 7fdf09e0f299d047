using Durable.Tests.Twins;
using LocalHost.Clock;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using static Durable.Tests.Twins.Poor;

namespace Durable.Tests;

/// <summary>A row that can not be read poisons its instance, and stops neither a start nor others.</summary>
public sealed class UnreadableRowTests
{
    [Theory]
    [InlineData("a history row that is no JSON", "can not be read")]
    [InlineData("an event of no known type", "can not be read")]
    [InlineData("a history row without events", "has no Events")]
    [InlineData("a missing history row", "rows; its status row says")]
    [InlineData("an unknown status", "'Dozing' is no status")]
    public async Task A_row_that_can_not_be_read_poisons_its_instance_only_and_stops_no_start(string how, string cause)
    {
        var (store, clock) = (new TamperedStore(new MemoryTaskHubStore()), BusinessClock.Frozen(DurableHost.Start));
        await using (var first = await DurableHost.StartAsync(Orchestrators, store, clock))
        {
            await first.RunAsync("Sleeps", options: new("poor"));
            await first.RunAsync("Sleeps", options: new("well"));
        }

        store.Reads = row => Spoilt(row, how);
        await using var second = await DurableHost.StartAsync(Orchestrators, store, clock, options: AtOnce);
        await second.AdvanceBy(TimeSpan.FromDays(3));

        await second.IsAsync(OrchestrationRuntimeStatus.Completed, "well");
        await second.IsAsync(OrchestrationRuntimeStatus.Running, "poor");
        Assert.Equal(["poor"], await Poisoned(second));
        var seen = await second.Engine.ReadAsync("poor", withHistory: true, default);
        Assert.Contains(cause, seen!.Status.Poison!.Cause, StringComparison.Ordinal);
        Assert.Contains(cause, seen.Status.Unreadable ?? seen.Unreadable, StringComparison.Ordinal);

        store.Mend();
        Assert.True(await second.Engine.PutBackAsync("poor"));
        await second.WhenIdle();
        await second.IsAsync(OrchestrationRuntimeStatus.Completed, "poor");
    }

    [Fact]
    public async Task A_failed_one_whose_status_row_can_not_be_read_is_neither_rewound_nor_restarted()
    {
        var store = new TamperedStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(Orchestrators, store);
        await host.RunAsync("Nobody", options: new("poor"));
        store.Reads = static row => row.Key == "status|poor" ? With(row, "Tags", "{") : row;

        foreach (var again in new[] { () => host.Client.RewindInstanceAsync("poor", "again"), () => host.Client.RestartAsync("poor") })
        {
            var refused = await Assert.ThrowsAsync<InvalidDataException>(again);
            Assert.StartsWith("The status row 'status|poor' can not be read", refused.Message, StringComparison.Ordinal);
        }

        await host.IsAsync(OrchestrationRuntimeStatus.Failed, "poor");
    }

    [Fact]
    public async Task One_whose_status_row_still_can_not_be_read_is_not_put_back()
    {
        var (store, clock) = (new TamperedStore(new MemoryTaskHubStore()), BusinessClock.Frozen(DurableHost.Start));
        await using (var first = await DurableHost.StartAsync(Orchestrators, store, clock))
        {
            await first.RunAsync("Sleeps", options: new("poor"));
        }

        store.Reads = static row => Spoilt(row, "an unknown status");
        await using var second = await DurableHost.StartAsync(Orchestrators, store, clock, options: AtOnce);
        await second.WhenIdle();

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => second.Engine.PutBackAsync("poor"));
        Assert.Equal("The status row 'status|poor' can not be read: 'Dozing' is no status.", refused.Message);
        Assert.Equal(["poor"], await Poisoned(second));
    }

    [Fact]
    public async Task A_row_of_messages_that_can_not_be_read_stays_and_holds_no_other_up()
    {
        var (memory, clock) = (new MemoryTaskHubStore(), BusinessClock.Frozen(DurableHost.Start));
        await using (var first = await DurableHost.StartAsync(Orchestrators, memory, clock))
        {
            await first.RunAsync("Waits", options: new("a"));
            await first.RunAsync("Waits", options: new("b"));
        }

        await using (var storing = await DurableHost.StartAsync(Orchestrators, memory, clock, options: new() { RunsInstances = false }))
        {
            foreach (var payload in new[] { "1", "2", "3", "4" })
            {
                await storing.Client.RaiseEventAsync("a", "Go", payload);
                await storing.Client.RaiseEventAsync("b", "Go", payload);
            }
        }

        using var lines = new LogLines();
        var store = new TamperedStore(memory)
        {
            Reads = static row => row.Key.StartsWith("message|a|", StringComparison.Ordinal) ? With(row, "Messages", "[{") : row,
        };
        await using (var second = await DurableHost.StartAsync(Orchestrators, store, clock, lines))
        {
            await second.WhenIdle();
            Assert.Equal("1234", await second.OutputAsync<string>("b"));
            await second.IsAsync(OrchestrationRuntimeStatus.Running, "a");
        }

        Assert.Equal(4, lines.Of(LogLevel.Error).Count(static l => l.Contains("stays where it is", StringComparison.Ordinal)));
        await using var third = await DurableHost.StartAsync(Orchestrators, memory, clock);
        await third.WhenIdle();
        Assert.Equal("1234", await third.OutputAsync<string>("a"));
    }
}
