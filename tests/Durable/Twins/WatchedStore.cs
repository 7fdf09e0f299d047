using System.Collections.Concurrent;
using System.Text.Json;
using LocalHost.Durable.Storage;

namespace Durable.Tests.Twins;

/// <summary>A store that notes how large commits get, what becomes of large values, and fails their writing when told to.</summary>
internal sealed class WatchedStore(ITaskHubStore inner) : ITaskHubStore, ILargeValues
{
    private int _failures;

    public ILargeValues LargeValues => this;

    public ConcurrentQueue<string> Written { get; } = [];

    public ConcurrentQueue<string> Read { get; } = [];

    /// <summary>Operations and bytes of JSON of each commit, the guard's not counted.</summary>
    public ConcurrentQueue<(int Operations, int Bytes)> Commits { get; } = [];

    /// <summary>Commits wait for it, so that what is asked for meanwhile comes together.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>The next so many attempts to write a large value fail.</summary>
    public void FailWrites(int count) => _failures = count;

    public async Task<IReadOnlyList<string>> NamesAsync() => await inner.LargeValues.ListAsync(CancellationToken.None);

    public Task OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public async Task<string> CommitAsync(
        string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation)
    {
        await Gate;
        Commits.Enqueue((changes.Count, changes.Sum(static change => JsonSerializer.SerializeToUtf8Bytes(change.Row.Values).Length)));
        return await inner.CommitAsync(shard, guard, guardTag, changes, cancellation);
    }

    public Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation) => inner.FindAsync(shard, key, cancellation);

    public IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, CancellationToken cancellation) =>
        inner.ReadAsync(shard, range, cancellation);

    public Task WriteAsync(string name, byte[] value, CancellationToken cancellation)
    {
        if (Interlocked.Decrement(ref _failures) >= 0)
        {
            throw new IOException("The store does not answer.");
        }

        Written.Enqueue(name);
        return inner.LargeValues.WriteAsync(name, value, cancellation);
    }

    Task<byte[]?> ILargeValues.ReadAsync(string name, CancellationToken cancellation)
    {
        Read.Enqueue(name);
        return inner.LargeValues.ReadAsync(name, cancellation);
    }

    public Task DeleteAsync(string name, CancellationToken cancellation) => inner.LargeValues.DeleteAsync(name, cancellation);

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) => inner.LargeValues.ListAsync(cancellation);
}
