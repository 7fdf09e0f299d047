using System.Globalization;
using System.Runtime.CompilerServices;

namespace LocalHost.Durable.Storage;

/// <summary>A task hub in memory. It outlives the engines that run on it, but not the process.</summary>
public sealed class MemoryTaskHubStore : ITaskHubStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Rows> _shards = [];
    private long _tags;

    /// <summary>How many commits have been made.</summary>
    public long Commits { get; private set; }

    public ILargeValues LargeValues { get; } = new MemoryLargeValues();

    public Task OpenAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task<string> CommitAsync(
        string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var rows = Shard(shard);
            if (rows.Find(guard.Key)?.Tag != guardTag)
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
            rows.Put(guard with { Tag = tag });
            return Task.FromResult(tag);
        }
    }

    public Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult(Shard(shard).Find(key));
        }
    }

    public async IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await ValueTask.CompletedTask;
        List<TaskHubRow> found;
        lock (_gate)
        {
            found = [.. Shard(shard).Between(range).Where(row => range.WhereTrue is null || row.Flag(range.WhereTrue))];
        }

        foreach (var row in found)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return range.Values is { } wanted ? Only(wanted, row) : row;
        }
    }

    /// <summary>As a table answers: who asked for some values gets no others.</summary>
    private static TaskHubRow Only(IReadOnlyList<string> wanted, TaskHubRow row) => row with
    {
        Values = wanted.Where(row.Values.ContainsKey).ToDictionary(static name => name, name => row.Values[name]),
    };

    private static void Check(Rows rows, RowChange change, int index)
    {
        var exists = rows.Find(change.Row.Key) is not null;
        if (change.Kind == RowChangeKind.Insert && exists)
        {
            throw new TaskHubRefusedException($"The row '{change.Row.Key}' exists already.", index, exists: true);
        }

        if (change.Kind == RowChangeKind.Delete && !exists)
        {
            throw new TaskHubRefusedException($"The row '{change.Row.Key}' does not exist.", index, exists: false);
        }
    }

    private void Apply(Rows rows, RowChange change)
    {
        var row = change.Row;
        switch (change.Kind)
        {
            case RowChangeKind.Delete:
                rows.Remove(row.Key);
                break;
            case RowChangeKind.Merge when rows.Find(row.Key) is { } old:
                var values = new Dictionary<string, object>(old.Values);
                foreach (var (name, value) in row.Values)
                {
                    values[name] = value;
                }

                rows.Put(new(row.Key, values, NextTag()));
                break;
            case RowChangeKind.Insert or RowChangeKind.Replace or RowChangeKind.Merge:
                rows.Put(row with { Tag = NextTag() });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change.Kind, "Not a kind of change.");
        }
    }

    private string NextTag() => (++_tags).ToString(CultureInfo.InvariantCulture);

    private Rows Shard(string shard)
    {
        if (!_shards.TryGetValue(shard, out var rows))
        {
            _shards[shard] = rows = new();
        }

        return rows;
    }

    /// <summary>By key for one, in order of keys for many.</summary>
    private sealed class Rows
    {
        private readonly Dictionary<string, TaskHubRow> _byKey = new(StringComparer.Ordinal);
        private readonly SortedSet<string> _keys = new(StringComparer.Ordinal);

        public TaskHubRow? Find(string key) => _byKey.GetValueOrDefault(key);

        public void Put(TaskHubRow row)
        {
            _byKey[row.Key] = row;
            _keys.Add(row.Key);
        }

        public void Remove(string key)
        {
            _byKey.Remove(key);
            _keys.Remove(key);
        }

        public IEnumerable<TaskHubRow> Between(RowRange range) =>
            _keys.GetViewBetween(range.From, range.Before).Where(key => key != range.Before).Select(key => _byKey[key]);
    }
}
