using LocalHost.Durable.Storage;

namespace Durable.Tests.Twins;

/// <summary>A store whose host dies at one commit: that does not happen, or it does but its answer never comes; then nothing does.</summary>
internal sealed class CrashingStore(ITaskHubStore inner, int atCommit, bool commitHappens) : ITaskHubStore
{
    private readonly TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _commits;

    /// <summary>Completes when the host is dead.</summary>
    public Task Crashed => _crashed.Task;

    public ILargeValues LargeValues => inner.LargeValues;

    public Task OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public async Task<string> CommitAsync(
        string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation)
    {
        var number = changes.Count == 0 ? 0 : Interlocked.Increment(ref _commits);
        if (number == 0 || number < atCommit)
        {
            return await inner.CommitAsync(shard, guard, guardTag, changes, cancellation);
        }

        if (number == atCommit && commitHappens)
        {
            await inner.CommitAsync(shard, guard, guardTag, changes, cancellation);
        }

        _crashed.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        throw new InvalidOperationException("A dead host went on.");
    }

    public Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation) => inner.FindAsync(shard, key, cancellation);

    public IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, CancellationToken cancellation) =>
        inner.ReadAsync(shard, range, cancellation);
}
