using System.Threading.Channels;
using LocalHost.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Engine;

/// <summary>
/// The one writer of a shard. All commits that are ready go into one transaction, together with the shard's epoch row. One bad commit never holds
/// back the others of its group.
/// </summary>
internal sealed partial class ShardWriter(
    string shard,
    ShardGuard guard,
    CommitTurns turns,
    StoredEvents stored,
    DurableMetrics metrics,
    Action<TaskHubOwnershipLostException> onLost,
    ILogger log)
{
    // A transaction may have 4 MiB.
    private const int MostBytes = 4_000_000;
    private const int MostLaterDeletes = 20;
    private const int MostAttempts = 5;

    private readonly Channel<ShardCommit> _queue = Channel.CreateUnbounded<ShardCommit>(new() { SingleReader = true });
    private readonly LaterDeletes _later = new(stored);
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private Exception? _over;

    public async Task OpenAsync(CancellationToken cancellation)
    {
        await guard.TakeAsync(cancellation);
        _loop = Task.Run(WriteAsync, CancellationToken.None);
    }

    /// <summary>Completes when the changes are stored, all of them.</summary>
    /// <exception cref="TaskHubRefusedException">A row does not allow its change, or the store takes any commit but this one; no change was made.</exception>
    /// <exception cref="TaskHubOwnershipLostException">Another engine owns the hub.</exception>
    public Task CommitAsync(IReadOnlyList<RowChange> changes)
    {
        var commit = new ShardCommit(changes);
        if (!_queue.Writer.TryWrite(commit))
        {
            commit.Fail(_over ?? new DurableEngineStoppedException());
        }

        return commit.Done;
    }

    /// <summary>Deletes a row nobody needs any more, together with some later commit.</summary>
    public void DeleteLater(string key, MessageRow? messages)
    {
        _later.Add(key, messages);
        if (_later.Count > 2 * MostLaterDeletes)
        {
            _queue.Writer.TryWrite(new ShardCommit([]));
        }
    }

    /// <summary>Writes what is queued and ends; after the grace period it ends without.</summary>
    public async Task CloseAsync(TimeSpan grace)
    {
        for (var left = _later.Count; left > 0; left -= MostLaterDeletes)
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
            List<ShardCommit> group = [];
            try
            {
                using var turn = await turns.TakeAsync(_stop.Token);
                group = Gather(ref next);
                await SubmitAsync(group, turn);
            }
            catch (Exception e)
            {
                // Only a stop, or the loss of the hub, gets here: nobody may wait for ever.
                Abandon([.. group, .. next is null ? [] : new[] { next }], e);
                return;
            }
        }
    }

    /// <summary>All that is ready and fits one transaction, no row twice; an empty commit ends the group, and only carries deletes that wait.</summary>
    private List<ShardCommit> Gather(ref ShardCommit? next)
    {
        List<ShardCommit> group = [];
        HashSet<string> keys = [];
        var (changes, size) = (0, 0);
        while (next is not null || _queue.Reader.TryRead(out next))
        {
            var fits = changes + next.Changes.Count <= ITaskHubStore.MostChanges
                && size + next.Size <= MostBytes
                && !next.Changes.Any(c => keys.Contains(c.Row.Key));
            if (!fits && group.Count > 0)
            {
                break;
            }

            if (next.Changes.Count == 0)
            {
                next = null;
                break;
            }

            group.Add(next);
            keys.UnionWith(next.Changes.Select(static c => c.Row.Key));
            changes += next.Changes.Count;
            size += next.Size;
            next = null;
        }

        var most = group.Count == 0 ? ITaskHubStore.MostChanges : Math.Min(MostLaterDeletes, ITaskHubStore.MostChanges - changes);
        if (_later.Take(most, keys) is { Changes.Count: > 0 } deletes)
        {
            group.Add(deletes);
        }

        return group;
    }

    private async Task SubmitAsync(List<ShardCommit> group, IDisposable turn)
    {
        for (var attempt = 1; group.Count > 0; attempt++)
        {
            var id = ShardGuard.NewId();
            group.ForEach(commit => commit.Attempts.Add(id));
            try
            {
                await guard.CommitAsync(id, [.. group.SelectMany(static c => c.Changes)], _stop.Token);
                metrics.Committed(group);
                group.ForEach(static commit => commit.Succeed());
                return;
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                // A shard in trouble must not hold the others up.
                turn.Dispose();
                if (await guard.HappenedAsync(group, e, _stop.Token))
                {
                    group.ForEach(static commit => commit.Succeed());
                    return;
                }

                if (group.Count > 1 && e is not TaskHubRefusedException { Change: not null })
                {
                    LogSplit(log, e, shard, group.Count);
                    foreach (var commit in group)
                    {
                        await SubmitAsync([commit], turn);
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
        var guilty = 0;
        if (e is TaskHubRefusedException refused)
        {
            var index = refused.Change;
            for (; index >= group[guilty].Changes.Count; guilty++)
            {
                index -= group[guilty].Changes.Count;
            }

            e = new TaskHubRefusedException(refused.Message, index, refused.Exists, refused);
        }
        else if (attempt < MostAttempts)
        {
            await guard.PauseAsync(e, attempt, _stop.Token);
            return;
        }
        else if (await guard.AcceptsAsync(_stop.Token))
        {
            e = new TaskHubRefusedException($"The store takes other commits to shard {shard}, but not this one: {e.Message}", null, exists: false, e);
        }

        group[guilty].Fail(e);
        group.RemoveAt(guilty);
    }

    private void Abandon(List<ShardCommit> group, Exception e)
    {
        _over = e;
        _queue.Writer.TryComplete();
        group.ForEach(commit => commit.Fail(e));
        while (_queue.Reader.TryRead(out var commit))
        {
            commit.Fail(e);
        }

        if (e is TaskHubOwnershipLostException lost)
        {
            LogLost(log, e, lost.Message);
            onLost(lost);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A group of {Count} commits to shard {Shard} failed and is tried one by one.")]
    private static partial void LogSplit(ILogger logger, Exception e, string shard, int count);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Reason}")]
    private static partial void LogLost(ILogger logger, Exception e, string reason);
}
