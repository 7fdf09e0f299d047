using System.Globalization;
using System.Runtime.CompilerServices;

namespace LocalHost.Durable.Storage;

/// <summary>A task hub in memory. It outlives the engines that run on it, but not the process.</summary>
public sealed class MemoryTaskHubStore : ITaskHubStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SortedDictionary<string, TaskHubRow>> _shards = [];
    private long _tags;

    /// <summary>How many commits have been made.</summary>
    public long Commits { get; private set; }

    public Task OpenAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task<string> CommitAsync(
        string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var rows = Shard(shard);
            if (rows.GetValueOrDefault(guard.Key)?.Tag != guardTag)
            {
                throw new TaskHubRefusedException($"The guard row of shard {shard} has changed.", null, exists: false);
            }

            for (var i = 0; i < changes.Count; i++)
            {
                Check(rows, changes[i], i);
            }

            foreach (var change in changes)
            {
                Apply(rows, change);
            }

            Commits++;
            var tag = NextTag();
            rows[guard.Key] = guard with { Tag = tag };
            return Task.FromResult(tag);
        }
    }

    public Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult(Shard(shard).GetValueOrDefault(key));
        }
    }

    public async IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await ValueTask.CompletedTask;
        List<TaskHubRow> found;
        lock (_gate)
        {
            found = [.. Shard(shard).Values.Where(InRange)];
        }

        foreach (var row in found)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return row;
        }

        bool InRange(TaskHubRow row) =>
            string.CompareOrdinal(row.Key, range.From) >= 0
            && string.CompareOrdinal(row.Key, range.Before) < 0
            && (range.WhereTrue is null || row.Flag(range.WhereTrue));
    }

    private static void Check(SortedDictionary<string, TaskHubRow> rows, RowChange change, int index)
    {
        var exists = rows.ContainsKey(change.Row.Key);
        if (change.Kind == RowChangeKind.Insert && exists)
        {
            throw new TaskHubRefusedException($"The row '{change.Row.Key}' exists already.", index, exists: true);
        }

        if (change.Kind == RowChangeKind.Delete && !exists)
        {
            throw new TaskHubRefusedException($"The row '{change.Row.Key}' does not exist.", index, exists: false);
        }
    }

    private void Apply(SortedDictionary<string, TaskHubRow> rows, RowChange change)
    {
        var row = change.Row;
        switch (change.Kind)
        {
            case RowChangeKind.Delete:
                rows.Remove(row.Key);
                break;
            case RowChangeKind.Merge when rows.TryGetValue(row.Key, out var old):
                var values = new Dictionary<string, object>(old.Values);
                foreach (var (name, value) in row.Values)
                {
                    values[name] = value;
                }

                rows[row.Key] = new(row.Key, values, NextTag());
                break;
            case RowChangeKind.Insert or RowChangeKind.Replace or RowChangeKind.Merge:
                rows[row.Key] = row with { Tag = NextTag() };
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change.Kind, "Not a kind of change.");
        }
    }

    private string NextTag() => (++_tags).ToString(CultureInfo.InvariantCulture);

    private SortedDictionary<string, TaskHubRow> Shard(string shard)
    {
        if (!_shards.TryGetValue(shard, out var rows))
        {
            _shards[shard] = rows = new(StringComparer.Ordinal);
        }

        return rows;
    }
}
