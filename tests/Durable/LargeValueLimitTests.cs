using Durable.Tests.Twins;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>How large a value and a commit may be, how long texts are kept in a row, and how those outside of it are named.</summary>
public sealed class LargeValueLimitTests
{
    [Fact]
    public async Task However_many_go_together_a_commit_stays_below_a_transactions_limits()
    {
        var store = new WatchedStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(LargeStory.Functions, store, options: new() { PartitionCount = 1 });

        // Just what a cell takes, of characters that take six bytes each on the wire.
        var reason = new string('대', 31_900);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(n =>
            host.Client.ScheduleNewOrchestrationInstanceAsync("Keeps", "in", new StartOrchestrationOptions($"case-{n}"))));
        await host.WhenIdle();
        await TogetherAsync(id => host.Client.RaiseEventAsync(id, "Unheard"));
        await TogetherAsync(id => host.Client.SuspendInstanceAsync(id, reason));

        Assert.Equal(reason, (await host.GetAsync("case-199")).SerializedOutput);
        Assert.Empty(store.Written);
        Assert.Contains(store.Commits, static commit => commit.Operations > 50);
        Assert.Contains(store.Commits, static commit => commit.Bytes > 3_000_000);
        Assert.All(store.Commits, static commit =>
        {
            Assert.InRange(commit.Operations, 0, 99);
            Assert.InRange(commit.Bytes, 0, (4 * 1024 * 1024) - 150_000); // less what the parts' headers take
        });

        async Task TogetherAsync(Func<string, Task> call)
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            store.Gate = gate.Task;
            var calls = Enumerable.Range(0, 200).Select(n => call($"case-{n}")).ToList();
            gate.SetResult();
            await Task.WhenAll(calls);
            await host.WhenIdle();
        }
    }

    [Fact]
    public async Task What_is_larger_than_the_limit_is_refused_or_fails_its_instance_and_says_so()
    {
        var tooLarge = new string('x', ValueTooLargeException.Most);
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc("Gives", _ => tooLarge)
            .AddActivityFunc<string, int>("Takes", (_, text) => text.Length)
            .AddOrchestratorFunc("CallsGives", context => context.CallActivityAsync<string>("Gives"))
            .AddOrchestratorFunc("CallsTakes", context => context.CallActivityAsync("Takes", tooLarge))
            .AddOrchestratorFunc("CallsChild", context => context.CallSubOrchestratorAsync("Waits", tooLarge))
            .AddOrchestratorFunc("Sends", context =>
            {
                context.SendEvent("waits", "E", tooLarge);
                return Task.CompletedTask;
            })
            .AddOrchestratorFunc("Tells", context =>
            {
                context.SetCustomStatus(tooLarge);
                return Task.CompletedTask;
            })
            .AddOrchestratorFunc<string>("Again", (context, input) =>
            {
                if (input is null)
                {
                    context.ContinueAsNew(tooLarge);
                }

                return Task.CompletedTask;
            })
            .AddOrchestratorFunc("Returns", _ => tooLarge)
            .AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("E")));
        var waits = await host.RunAsync("Waits", options: new("waits"));

        await RefusedAsync(() => host.RunAsync("Waits", tooLarge));
        await RefusedAsync(() => host.RunAsync("Waits", options: new() { Tags = new Dictionary<string, string> { ["tag"] = tooLarge } }));
        await RefusedAsync(() => host.RaiseAsync(waits, "E", tooLarge));
        await RefusedAsync(() => host.Client.SuspendInstanceAsync(waits, tooLarge + "x"));
        await RefusedAsync(() => host.Client.TerminateInstanceAsync(waits, tooLarge));
        foreach (var name in new[] { "CallsGives", "CallsTakes", "CallsChild", "Sends", "Tells", "Again", "Returns" })
        {
            var failed = await host.GetAsync(await host.RunAsync(name));
            Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
            Assert.Contains("is too large: 167772", failed.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        }

        await host.IsAsync(OrchestrationRuntimeStatus.Running, waits);

        static async Task RefusedAsync(Func<Task> call) =>
            Assert.Contains("16777216 is the most", (await Assert.ThrowsAsync<ArgumentException>(call)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_in_pieces_as_rows_were_written_before_is_read()
    {
        var text = Letters.Of(70_000);
        var row = new TaskHubRow("turn|case|run|00000001", new Dictionary<string, object>
        {
            ["Events"] = text[..32_000],
            ["Events_1"] = text[32_000..64_000],
            ["Events_2"] = text[64_000..],
            ["Events_more"] = 2,
        });

        Assert.Equal(text, RowText.Read(row, "Events"));
    }

    [Fact]
    public void A_damaged_text_is_told()
    {
        var packed = PackedText.Pack(Letters.Of(1_000));

        Assert.Equal(Letters.Of(1_000), PackedText.Unpack(packed));
        Assert.Throws<InvalidDataException>(() => PackedText.Unpack(packed[..^10]));
        Assert.Throws<InvalidDataException>(() => PackedText.Unpack([7, .. packed[1..]]));
        Assert.Throws<InvalidDataException>(() => PackedText.Unpack([1]));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/../b.")]
    [InlineData("대리 %2e%2e?x#y")]
    public void A_large_values_name_tells_its_row(string id)
    {
        var name = LargeNames.New(LargeNames.OfRun(3, new(id, "run")));

        Assert.StartsWith(LargeNames.OfInstance(3, id), name, StringComparison.Ordinal);
        Assert.Equal((TaskHubKeys.Status(id), "run"), LargeNames.RowOf(name));
        Assert.Equal(id, LargeNames.InstanceOf(name));
        Assert.Equal((TaskHubKeys.Message(id, 7), null), LargeNames.RowOf(LargeNames.New(LargeNames.OfMessages(3, TaskHubKeys.Message(id, 7)))));
        Assert.Null(LargeNames.RowOf("something/else"));
        Assert.All(name.Split('/'), static part => Assert.False(part is "" or "." or ".." || part.EndsWith('.')));
    }
}
