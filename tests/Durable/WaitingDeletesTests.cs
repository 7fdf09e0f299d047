using Durable.Tests.Twins;
using LocalHost.Durable;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;

namespace Durable.Tests;

/// <summary>Rows whose deletion waits for a later commit go, whatever becomes of one of them meanwhile: nobody else would look for them.</summary>
public sealed class WaitingDeletesTests : IAsyncLifetime
{
    private const string Shard = "00";

    private readonly MemoryTaskHubStore _memory = new();
    private readonly TamperedStore _store;
    private readonly DurableMetrics _metrics = new();
    private readonly ShardWriter _writer;

    public WaitingDeletesTests()
    {
        _store = new(_memory) { Fails = TwiceTheSame };
        var guard = new ShardGuard(_store, Shard, "us", 1, TimeSpan.Zero, NullLogger.Instance);
        _writer = new(Shard, guard, new(), new(), _metrics, static lost => Assert.Fail(lost.Message), NullLogger.Instance);
    }

    public async Task InitializeAsync()
    {
        await _writer.OpenAsync(CancellationToken.None);
        await _writer.CommitAsync([.. new[] { "a1", "a2", "b1", "b2" }.Select(static key => RowChange.Insert(key, new Dictionary<string, object>()))]);
    }

    public Task DisposeAsync()
    {
        _metrics.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task What_a_purge_deletes_too_is_not_in_its_commit_twice()
    {
        Wait("a1", "b1");

        await _writer.CommitAsync([RowChange.Delete("a1"), RowChange.Delete("a2")]);
        await _writer.CloseAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["b2"], await KeysAsync());
    }

    [Fact]
    public async Task One_that_was_gone_before_keeps_no_other()
    {
        await _writer.CommitAsync([RowChange.Delete("a1")]);
        Wait("a2", "a1", "b1");

        await _writer.CommitAsync([RowChange.Insert("c1", new Dictionary<string, object>())]);
        await _writer.CloseAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["b2", "c1"], await KeysAsync());
    }

    [Fact]
    public async Task An_outage_does_not_keep_them()
    {
        var (isDown, tries) = (true, 0);
        _store.Fails = changes =>
        {
            // Down until the deletes, alone, have been given up.
            isDown &= tries < 5 || changes.Count == 0;
            tries += changes.Count > 0 && changes.All(static c => c.Kind == RowChangeKind.Delete) ? 1 : 0;
            return isDown ? new IOException("The store does not answer.") : null;
        };
        Wait("a1", "a2", "b1");
        await Assert.ThrowsAsync<IOException>(() => _writer.CommitAsync([RowChange.Insert("c1", new Dictionary<string, object>())]));

        await _writer.CommitAsync([RowChange.Insert("c2", new Dictionary<string, object>())]);
        await _writer.CloseAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["b2", "c2"], await KeysAsync());
    }

    [Fact]
    public async Task A_purge_that_meets_their_deletion_looks_again()
    {
        var store = new TamperedStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(
            f => f
                .AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("Word"))
                .AddOrchestratorFunc<bool>("Runs twice", async (context, isSecond) =>
                {
                    for (var turn = 1; turn < 110 && !isSecond; turn++)
                    {
                        await context.WaitForExternalEvent<string>("Word");
                    }

                    if (!isSecond)
                    {
                        context.ContinueAsNew(true);
                    }
                }),
            store,
            options: new() { PartitionCount = 1 });
        await host.RunAsync("Waits", options: new("other"));
        await host.RunAsync("Runs twice", false, new("purged"));
        for (var turn = 1; turn < 110; turn++)
        {
            await host.RaiseAsync("purged", "Word", "next");
        }

        var read = 0;
        store.Reads = row =>
        {
            if (row.Key.StartsWith("turn|purged|", StringComparison.Ordinal) && Interlocked.Increment(ref read) == 1)
            {
                // While the purge reads, a commit for another instance takes them along.
                host.Client.RaiseEventAsync("other", "Word", "end").GetAwaiter().GetResult();
            }

            return row;
        };

        Assert.Equal(1, (await host.Client.PurgeInstanceAsync("purged")).PurgedInstanceCount);
        Assert.DoesNotContain(await host.KeysAsync(), static key => key.Contains("purged", StringComparison.Ordinal));
        Assert.InRange(read, 3, 200);
    }

    /// <summary>As a table answers.</summary>
    private static TaskHubRefusedException? TwiceTheSame(IReadOnlyList<RowChange> changes) =>
        changes.GroupBy(static c => c.Row.Key).FirstOrDefault(static same => same.Count() > 1) is { } twice
            ? new($"The row '{twice.Key}' is in it twice.", changes.ToList().IndexOf(twice.Last()), exists: false)
            : null;

    private void Wait(params string[] keys) => keys.ToList().ForEach(key => _writer.DeleteLater(key, null));

    private async Task<List<string>> KeysAsync()
    {
        List<string> keys = [];
        await foreach (var row in _memory.ReadAsync(Shard, new("a", "d"), CancellationToken.None))
        {
            keys.Add(row.Key);
        }

        return keys;
    }
}
