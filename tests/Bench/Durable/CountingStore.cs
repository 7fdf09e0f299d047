using LocalHost.Durable.Storage;

namespace Bench.Durable;

/// <summary>Counts what goes into a task hub.</summary>
internal sealed class CountingStore(ITaskHubStore store) : ITaskHubStore
{
    private long _rows;

    /// <summary>Rows written or deleted, the guard rows among them.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    public ILargeValues LargeValues => store.LargeValues;

    public Task OpenAsync(CancellationToken cancellation) => store.OpenAsync(cancellation);

    public Task<string> CommitAsync(string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation)
    {
        Interlocked.Add(ref _rows, changes.Count + 1);
        return store.CommitAsync(shard, guard, guardTag, changes, cancellation);
    }

    public Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation) => store.FindAsync(shard, key, cancellation);

    public IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, CancellationToken cancellation) => store.ReadAsync(shard, range, cancellation);
}
