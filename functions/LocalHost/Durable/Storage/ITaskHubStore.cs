namespace LocalHost.Durable.Storage;

/// <summary>
/// Where a task hub lives: shards of rows ordered by key. One commit changes rows of one shard, all or none. Nothing in here knows about
/// orchestrations; the same engine runs on every store.
/// </summary>
public interface ITaskHubStore
{
    /// <summary>At most this many changes fit one commit, the guard not counted.</summary>
    const int MostChanges = 99;

    /// <summary>What does not fit a row. A commit that refers to one is made after it was written.</summary>
    ILargeValues LargeValues { get; }

    /// <summary>Makes the hub where it does not exist.</summary>
    Task OpenAsync(CancellationToken cancellation);

    /// <summary>
    /// Applies the changes and writes the guard row, if the guard still has this tag (null: does not exist yet). Returns the guard's new tag.
    /// Any other failure than a refusal leaves open whether the commit happened; whoever needs to know reads the guard again.
    /// </summary>
    /// <exception cref="TaskHubRefusedException">A row does not allow its change, or the commit is too large; nothing was changed.</exception>
    Task<string> CommitAsync(string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation);

    Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation);

    /// <summary>Rows in the order of their keys (ordinal).</summary>
    IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, CancellationToken cancellation);
}
