using System.Runtime.CompilerServices;
using LocalHost.Durable.Storage;

namespace Durable.Tests.Kills;

/// <summary>A store that writes down what is committed, and stops for good at the commit it was told: what is on it is to be killed there.</summary>
internal sealed class KillingStore(ITaskHubStore inner, Journal journal, Order order) : ITaskHubStore
{
    private readonly CommitWords _words = new();
    private readonly QuietTurns _turns = new();
    private readonly TaskCompletionSource _struck = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at that commit.</summary>
    public Task Struck => _struck.Task;

    /// <summary>What has been committed.</summary>
    public List<string> Commits { get; } = [];

    public ILargeValues LargeValues => inner.LargeValues;

    public Task OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public Task<string> CommitAsync(
        string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation) =>
        _turns.TakeAsync(async () =>
        {
            var point = order.Point == Order.FirstCommit && changes.Count > 0 ? Order.FirstCommit : _words.Of(shard, changes);
            await StopIf(point, Moment.Before);
            var tag = await inner.CommitAsync(shard, guard, guardTag, changes, cancellation);
            Commits.Add(point);
            foreach (var (kind, call) in _words.Calls(changes))
            {
                journal.Add(kind, call);
            }

            await StopIf(point, Moment.Stored);
            if (point == order.Point)
            {
                _ = _turns.TakeAsync(() => StopIf(point, Moment.Answered));
            }

            return tag;
        });

    public Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation) =>
        _turns.TakeAsync(() => inner.FindAsync(shard, key, cancellation));

    public async IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var row in await _turns.TakeAsync(async () => await inner.ReadAsync(shard, range, cancellation).ToListAsync(cancellation)))
        {
            if (range.Values is null)
            {
                _words.Learn(row);
            }

            yield return row;
        }
    }

    /// <summary>Completes when all has happened that can happen by itself; what comes next comes from outside.</summary>
    public Task WhenQuiet() => _turns.TakeAsync(static () => Task.FromResult(true));

    private async Task<bool> StopIf(string point, Moment moment)
    {
        if (point == order.Point && moment == order.Moment)
        {
            journal.Add(Journal.Entry.Struck, $"{moment} {point}");
            _struck.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        }

        return true;
    }
}
