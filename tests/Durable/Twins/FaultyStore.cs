using LocalHost.Durable.Storage;

namespace Durable.Tests.Twins;

/// <summary>A store that fails some commits: before they happen, or after, so that their answer is lost.</summary>
internal sealed class FaultyStore(ITaskHubStore inner) : ITaskHubStore
{
    private int _commits;

    /// <summary>Given the number of a commit, from 1, and the number of its changes.</summary>
    public Func<int, int, bool> FailsBefore { get; set; } = static (_, _) => false;

    /// <inheritdoc cref="FailsBefore"/>
    public Func<int, int, bool> LosesAnswer { get; set; } = static (_, _) => false;

    public int Commits => _commits;

    public ILargeValues LargeValues => inner.LargeValues;

    public Task OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public async Task<string> CommitAsync(
        string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation)
    {
        if (changes.Count == 0)
        {
            return await inner.CommitAsync(shard, guard, guardTag, changes, cancellation);
        }

        var number = Interlocked.Increment(ref _commits);
        if (FailsBefore(number, changes.Count))
        {
            throw new IOException("The store does not answer.");
        }

        var tag = await inner.CommitAsync(shard, guard, guardTag, changes, cancellation);
        return LosesAnswer(number, changes.Count) ? throw new IOException("The answer was lost.") : tag;
    }

    public Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation) => inner.FindAsync(shard, key, cancellation);

    public IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, CancellationToken cancellation) =>
        inner.ReadAsync(shard, range, cancellation);
}
