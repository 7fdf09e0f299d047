using LocalHost.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Engine;

/// <summary>
/// A shard's epoch row as its writer knows it. Every commit rewrites it under its tag: so a writer whose epoch is over can not commit, and after a
/// failed or lost answer the row says whether the commit happened.
/// </summary>
internal sealed partial class ShardGuard(ITaskHubStore store, string shard, string owner, int partitionCount, TimeSpan retryDelay, ILogger log)
{
    private string? _tag;
    private string _lastCommit = string.Empty;
    private long _epoch;

    /// <summary>Begins a new epoch: from here on whoever wrote before is fenced.</summary>
    /// <exception cref="InvalidOperationException">The hub was made with another number of shards.</exception>
    public async Task TakeAsync(CancellationToken cancellation)
    {
        var before = await store.FindAsync(shard, TaskHubKeys.Epoch, cancellation);
        if (before is not null && before.Number("PartitionCount") != partitionCount)
        {
            throw new InvalidOperationException(
                $"The task hub was made with {before.Number("PartitionCount")} partitions; partitionCount is now {partitionCount}. " +
                "Set it back, or use a new hub.");
        }

        _epoch = (before?.LongNumber("Epoch") ?? 0) + 1;
        _tag = before?.Tag;
        await CommitAsync(NewId(), [], cancellation);
    }

    public static string NewId() => Guid.NewGuid().ToString("N");

    public async Task CommitAsync(string id, IReadOnlyList<RowChange> changes, CancellationToken cancellation)
    {
        _tag = await store.CommitAsync(shard, Row(id), _tag, changes, cancellation);
        _lastCommit = id;
    }

    /// <summary>After a failed or lost answer: did the commits happen? Waits until the store can be read.</summary>
    /// <exception cref="TaskHubOwnershipLostException">The epoch row is not as this writer left it.</exception>
    public async Task<bool> HappenedAsync(List<ShardCommit> group, Exception cause, CancellationToken stop)
    {
        var row = await ReadAsync(stop);
        var commit = row?.Text("Commit") ?? string.Empty;
        if (row is null || row.Text("Owner") != owner || row.LongNumber("Epoch") != _epoch)
        {
            throw new TaskHubOwnershipLostException(
                $"Another host ('{row?.Text("Owner")}') has taken over shard {shard} of the task hub; this one ('{owner}') writes no more.", cause);
        }

        if (commit != _lastCommit && !group.TrueForAll(c => c.Attempts.Contains(commit)))
        {
            throw new TaskHubOwnershipLostException(
                $"Shard {shard} of the task hub holds a commit that this host had given up. Start the host again.", cause);
        }

        var happened = commit != _lastCommit;
        (_tag, _lastCommit) = (row.Tag, commit);
        return happened;
    }

    /// <summary>Does the shard take an empty commit? So an outage is told from a commit that the store can not digest.</summary>
    /// <exception cref="TaskHubOwnershipLostException">The epoch row is not as this writer left it.</exception>
    public async Task<bool> AcceptsAsync(CancellationToken stop)
    {
        var empty = new ShardCommit([]);
        var id = NewId();
        empty.Attempts.Add(id);
        try
        {
            await CommitAsync(id, [], stop);
            return true;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            return await HappenedAsync([empty], e, stop);
        }
    }

    /// <summary>Waits longer after each attempt, up to 30 s.</summary>
    public Task PauseAsync(Exception cause, int attempt, CancellationToken stop)
    {
        LogRetry(log, cause, shard);
        var pause = retryDelay * Math.Pow(2, Math.Min(attempt - 1, 10));
        return Task.Delay(pause < TimeSpan.FromSeconds(30) ? pause : TimeSpan.FromSeconds(30), TimeProvider.System, stop);
    }

    private async Task<TaskHubRow?> ReadAsync(CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await store.FindAsync(shard, TaskHubKeys.Epoch, stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                await PauseAsync(e, attempt, stop);
            }
        }
    }

    private TaskHubRow Row(string commit) => new(TaskHubKeys.Epoch, new Dictionary<string, object>
    {
        ["Owner"] = owner,
        ["Epoch"] = _epoch,
        ["Commit"] = commit,
        ["PartitionCount"] = partitionCount,
    });

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} of the task hub does not answer; trying again.")]
    private static partial void LogRetry(ILogger logger, Exception e, string shard);
}
