using System.Collections.Concurrent;
using System.Threading.Channels;
using LocalHost.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Engine;

/// <summary>
/// The one writer of a shard. All commits that are ready go into one transaction, guarded by the shard's epoch row: a writer whose epoch is over
/// can not commit, and after a lost answer the row says whether the commit happened. One bad commit never holds back the others of its group.
/// </summary>
internal sealed partial class ShardWriter
{
    private const int MostText = 1_000_000;
    private const int MostLaterDeletes = 20;
    private const int MostAttempts = 5;

    private readonly ITaskHubStore _store;
    private readonly string _shard;
    private readonly string _owner;
    private readonly TimeSpan _retryDelay;
    private readonly Action<TaskHubOwnershipLostException> _onLost;
    private readonly ILogger _log;
    private readonly Channel<ShardCommit> _queue = Channel.CreateUnbounded<ShardCommit>(new() { SingleReader = true });
    private readonly ConcurrentQueue<string> _deleteLater = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private string? _tag;
    private string _lastCommit = string.Empty;
    private long _epoch;
    private int _partitionCount;
    private TaskHubOwnershipLostException? _lost;

    public ShardWriter(
        ITaskHubStore store, string shard, string owner, TimeSpan retryDelay, Action<TaskHubOwnershipLostException> onLost, ILoggerFactory loggers)
    {
        (_store, _shard, _owner, _retryDelay, _onLost) = (store, shard, owner, retryDelay, onLost);
        _log = loggers.CreateLogger<ShardWriter>();
    }

    /// <summary>Begins a new epoch: from here on whoever wrote before is fenced.</summary>
    /// <exception cref="InvalidOperationException">The hub was made with another number of shards.</exception>
    public async Task OpenAsync(int partitionCount, CancellationToken cancellation)
    {
        _partitionCount = partitionCount;
        var before = await _store.FindAsync(_shard, TaskHubKeys.Epoch, cancellation);
        if (before is not null && before.Number("PartitionCount") != partitionCount)
        {
            throw new InvalidOperationException(
                $"The task hub was made with {before.Number("PartitionCount")} partitions; partitionCount is now {partitionCount}. Set it back, or use a new hub.");
        }

        _epoch = (before?.LongNumber("Epoch") ?? 0) + 1;
        _lastCommit = NewId();
        _tag = await _store.CommitAsync(_shard, Guard(_lastCommit), before?.Tag, [], cancellation);
        _loop = Task.Run(WriteAsync, CancellationToken.None);
    }

    /// <summary>Completes when the changes are stored, all of them.</summary>
    /// <exception cref="TaskHubRefusedException">A row does not allow its change; none was made.</exception>
    /// <exception cref="TaskHubOwnershipLostException">Another engine owns the hub.</exception>
    public Task CommitAsync(IReadOnlyList<RowChange> changes)
    {
        var commit = new ShardCommit(changes);
        if (!_queue.Writer.TryWrite(commit))
        {
            commit.Fail(_lost ?? (Exception)new InvalidOperationException("The durable engine has stopped."));
        }

        return commit.Done;
    }

    /// <summary>Deletes a row nobody needs any more, together with some later commit.</summary>
    public void DeleteLater(string key)
    {
        _deleteLater.Enqueue(key);
        if (_deleteLater.Count > 2 * MostLaterDeletes)
        {
            _queue.Writer.TryWrite(new ShardCommit([]));
        }
    }

    /// <summary>Writes what is queued and ends; after the grace period it ends without.</summary>
    public async Task CloseAsync(TimeSpan grace)
    {
        for (var left = _deleteLater.Count; left > 0; left -= MostLaterDeletes)
        {
            _queue.Writer.TryWrite(new ShardCommit([]));
        }

        _queue.Writer.TryComplete();
        _stop.CancelAfter(grace);
        await _loop;
        _stop.Dispose();
    }

    private async Task WriteAsync()
    {
        ShardCommit? next = null;
        while (next is not null || await _queue.Reader.WaitToReadAsync())
        {
            var group = Gather(ref next);
            try
            {
                await SubmitAsync(group);
            }
            catch (Exception e)
            {
                // Only a stop, or the loss of the hub, gets here: nobody may wait for ever.
                group.ForEach(commit => commit.Fail(e));
                Abandon(next, e);
                return;
            }
        }
    }

    /// <summary>All that is ready and fits one transaction, no row twice.</summary>
    private List<ShardCommit> Gather(ref ShardCommit? next)
    {
        List<ShardCommit> group = [];
        HashSet<string> keys = [];
        var (changes, size) = (0, 0);
        while (next is not null || _queue.Reader.TryRead(out next))
        {
            var fits = changes + next.Changes.Count <= ITaskHubStore.MostChanges
                && size + next.Size <= MostText
                && !next.Changes.Any(c => keys.Contains(c.Row.Key));
            if (!fits && group.Count > 0)
            {
                break;
            }

            group.Add(next);
            keys.UnionWith(next.Changes.Select(static c => c.Row.Key));
            changes += next.Changes.Count;
            size += next.Size;
            next = null;
        }

        if (LaterDeletes(Math.Min(MostLaterDeletes, ITaskHubStore.MostChanges - changes)) is { Count: > 0 } deletes)
        {
            group.Add(new(deletes));
        }

        return [.. group.Where(Needed)];
    }

    private List<RowChange> LaterDeletes(int most)
    {
        List<RowChange> deletes = [];
        while (deletes.Count < most && _deleteLater.TryDequeue(out var key))
        {
            deletes.Add(RowChange.Delete(key));
        }

        return deletes;
    }

    private static bool Needed(ShardCommit commit)
    {
        if (commit.Changes.Count == 0)
        {
            commit.Succeed();
        }

        return commit.Changes.Count > 0;
    }

    private async Task SubmitAsync(List<ShardCommit> group)
    {
        for (var attempt = 1; group.Count > 0; attempt++)
        {
            var id = NewId();
            group.ForEach(commit => commit.Attempts.Add(id));
            try
            {
                _tag = await _store.CommitAsync(_shard, Guard(id), _tag, [.. group.SelectMany(static c => c.Changes)], _stop.Token);
                _lastCommit = id;
                group.ForEach(static commit => commit.Succeed());
                return;
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                if (await HappenedAsync(group, e))
                {
                    group.ForEach(static commit => commit.Succeed());
                    return;
                }

                if (group.Count > 1 && e is not TaskHubRefusedException { Change: not null })
                {
                    LogSplit(_log, e, _shard, group.Count);
                    foreach (var commit in group)
                    {
                        await SubmitAsync([commit]);
                    }

                    return;
                }

                await SortOutAsync(group, e, attempt);
            }
        }
    }

    /// <summary>Takes the commit that is to blame out of the group; one that only met a passing fault is tried again after a pause.</summary>
    private async Task SortOutAsync(List<ShardCommit> group, Exception e, int attempt)
    {
        if (e is not TaskHubRefusedException refused)
        {
            if (attempt < MostAttempts)
            {
                LogRetry(_log, e, _shard);
                await PauseAsync(attempt);
                return;
            }

            group[0].Fail(e);
            group.Clear();
            return;
        }

        var first = 0;
        var guilty = group.FindIndex(commit => refused.Change is not { } index || index < (first += commit.Changes.Count));
        group[guilty].Fail(e);
        group.RemoveAt(guilty);
    }

    /// <summary>After a failed or lost answer: did the group's commit happen? Waits until the store can be read.</summary>
    /// <exception cref="TaskHubOwnershipLostException">The epoch row is not as this writer left it.</exception>
    private async Task<bool> HappenedAsync(List<ShardCommit> group, Exception cause)
    {
        var guard = await ReadGuardAsync();
        var commit = guard?.Text("Commit") ?? string.Empty;
        if (guard is null || guard.Text("Owner") != _owner || guard.LongNumber("Epoch") != _epoch)
        {
            throw Lose($"Another host ('{guard?.Text("Owner")}') has taken over shard {_shard} of the task hub; this one ('{_owner}') has stopped writing.", cause);
        }

        if (commit == _lastCommit)
        {
            _tag = guard.Tag;
            return false;
        }

        if (group.TrueForAll(c => c.Attempts.Contains(commit)))
        {
            (_tag, _lastCommit) = (guard.Tag, commit);
            return true;
        }

        throw Lose($"Shard {_shard} of the task hub holds a commit that this host had given up. Start the host again.", cause);
    }

    private async Task<TaskHubRow?> ReadGuardAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _store.FindAsync(_shard, TaskHubKeys.Epoch, _stop.Token);
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                LogRetry(_log, e, _shard);
                await PauseAsync(attempt);
            }
        }
    }

    private Task PauseAsync(int attempt)
    {
        var pause = _retryDelay * Math.Pow(2, Math.Min(attempt - 1, 10));
        return Task.Delay(pause < TimeSpan.FromSeconds(30) ? pause : TimeSpan.FromSeconds(30), TimeProvider.System, _stop.Token);
    }

    private TaskHubOwnershipLostException Lose(string message, Exception cause)
    {
        _lost = new(message, cause);
        LogLost(_log, cause, message);
        return _lost;
    }

    private void Abandon(ShardCommit? next, Exception e)
    {
        _queue.Writer.TryComplete();
        next?.Fail(e);
        while (_queue.Reader.TryRead(out var commit))
        {
            commit.Fail(e);
        }

        if (_lost is not null)
        {
            _onLost(_lost);
        }
    }

    private TaskHubRow Guard(string commit) => new(TaskHubKeys.Epoch, new Dictionary<string, object>
    {
        ["Owner"] = _owner,
        ["Epoch"] = _epoch,
        ["Commit"] = commit,
        ["PartitionCount"] = _partitionCount,
    });

    private static string NewId() => Guid.NewGuid().ToString("N");

    [LoggerMessage(Level = LogLevel.Warning, Message = "A group of {Count} commits to shard {Shard} failed and is tried one by one.")]
    private static partial void LogSplit(ILogger logger, Exception e, string shard, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} of the task hub does not answer; trying again.")]
    private static partial void LogRetry(ILogger logger, Exception e, string shard);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Reason}")]
    private static partial void LogLost(ILogger logger, Exception e, string reason);
}
