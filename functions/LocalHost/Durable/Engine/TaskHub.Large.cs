using LocalHost.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Engine;

internal sealed partial class TaskHub
{
    /// <summary>
    /// Deletes the large values that no row refers to: a host died between writing them and its commit, or after the commit that dropped them. Only
    /// before anything runs. Since the epochs of this host began, what no row refers to never will be.
    /// </summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        for (var shard = 0; shard < Shards; shard++)
        {
            await SweepAsync(shard, LargeNames.Runs(shard), cancellation);
            await SweepAsync(shard, LargeNames.Messages(shard), cancellation);
        }
    }

    /// <inheritdoc cref="LargeTexts.FetchAsync"/>
    public ValueTask<TaskHubRow> FetchAsync(TaskHubRow row, IReadOnlyList<string>? wanted, CancellationToken cancellation) =>
        _large.FetchAsync(row, wanted, cancellation);

    /// <summary>Deletes, soon, the large values of a run that is over and replaced.</summary>
    public void DeleteLargeOf(RunName run) => Delete(LargeNames.OfRun(ShardOf(run.InstanceId), run));

    /// <summary>Deletes, soon, the large values of an instance that is purged.</summary>
    public void DeleteLargeOf(string instanceId) => Delete(LargeNames.OfInstance(ShardOf(instanceId), instanceId));

    /// <summary>Writes what is large first; the commit refers to it.</summary>
    private async Task CommitLargeAsync(int shard, IReadOnlyList<RowChange> changes)
    {
        var (referring, names) = await _large.WriteAsync(shard, changes);
        try
        {
            await _writers[shard].CommitAsync(referring);
        }
        catch (TaskHubRefusedException)
        {
            _large.Delete(names, Task.CompletedTask);
            throw;
        }

        foreach (var change in changes.Where(static c => c.Kind == RowChangeKind.Delete))
        {
            _large.Delete(_large.OfMessages(shard, change.Row.Key), Task.CompletedTask);
        }
    }

    private async Task DeleteAsync(MessageRow row)
    {
        await _writers[row.Shard].CommitAsync([RowChange.Delete(row.Key)]);
        StoredEvents.Remove(row);
    }

    private void Delete(string folder)
    {
        if (!_large.IsEmpty)
        {
            _large.Delete(_large.Find(folder), Task.CompletedTask);
        }
    }

    private async Task<StatusRow?> FindStatusAsync(string instanceId, IReadOnlyList<string>? texts, CancellationToken cancellation)
    {
        var (shard, key) = (TaskHubKeys.Shard(ShardOf(instanceId)), TaskHubKeys.Status(instanceId));
        string? seen = null;
        while (await _store.FindAsync(shard, key, cancellation) is { } row)
        {
            try
            {
                return StatusRow.From(await FetchAsync(row, texts, cancellation));
            }
            catch (InvalidDataException) when (row.Tag != seen)
            {
                // Written anew between the two reads, and the text deleted? Then the row says so.
                seen = row.Tag;
            }
        }

        return null;
    }

    private async Task SweepAsync(int shard, string folder, CancellationToken cancellation)
    {
        var ours = _large.Find(folder).Where(static name => LargeNames.RowOf(name) is not null).ToLookup(static name => LargeNames.RowOf(name)!.Value);
        if (ours.Count == 0)
        {
            return;
        }

        // One request for a thousand rows between the first and the last, rather than one for each.
        var keys = ours.Select(static o => o.Key.Key).Order(StringComparer.Ordinal).ToList();
        Dictionary<string, string?> rows = [];
        var range = new RowRange(keys[0], $"{keys[^1]} ") { Values = StatusRow.Current };
        await foreach (var row in _store.ReadAsync(TaskHubKeys.Shard(shard), range, cancellation))
        {
            rows[row.Key] = row.Text("ExecutionId");
        }

        var leftOver = ours.Where(o => !rows.TryGetValue(o.Key.Key, out var run) || run != o.Key.Run).SelectMany(static o => o).ToList();
        if (leftOver.Count > 0)
        {
            LogSweeps(_log, leftOver.Count, shard);
            _large.Delete(leftOver, Task.CompletedTask);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Shard {Shard} has {Count} large values that no row refers to; they are deleted.")]
    private static partial void LogSweeps(ILogger logger, int count, int shard);
}
