using System.Runtime.CompilerServices;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Durable.Tests.Kills;

/// <summary>A store that writes down what is committed, and stops for good at the commit it was told: what is on it is to be killed there.</summary>
internal sealed class KillingStore(ITaskHubStore inner, Journal journal, Order order) : ITaskHubStore
{
    private readonly CommitWords _words = new();
    private readonly QuietTurns _turns = new();
    private readonly LargeTexts _large = new(inner.LargeValues, TimeSpan.Zero, NullLogger.Instance);
    private readonly TaskCompletionSource _struck = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at that commit.</summary>
    public Task Struck => _struck.Task;

    /// <summary>What has been committed.</summary>
    public List<string> Commits { get; } = [];

    public ILargeValues LargeValues => new QuietLargeValues(inner.LargeValues, _turns);

    public Task OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public Task<string> CommitAsync(
        string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation) =>
        _turns.TakeAsync(async () =>
        {
            var whole = await WholeAsync(changes);
            var words = _words.Of(shard, whole);
            var isPoint = order.Point == (changes.Count > 0 && order.Point == Order.FirstCommit ? Order.FirstCommit : words);
            await StopIf(isPoint, Moment.Before, words);
            var tag = await inner.CommitAsync(shard, guard, guardTag, changes, cancellation);
            Commits.Add(words);
            foreach (var (kind, call) in _words.Calls(whole))
            {
                journal.Add(kind, call);
            }

            await StopIf(isPoint, Moment.Stored, words);
            if (isPoint)
            {
                _ = _turns.TakeAsync(() => StopIf(isPoint, Moment.Answered, words));
            }

            return tag;
        });

    public Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation) =>
        _turns.TakeAsync(() => inner.FindAsync(shard, key, cancellation));

    public async IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var row in await _turns.TakeAsync(async () => await inner.ReadAsync(shard, range, cancellation).ToListAsync(cancellation)))
        {
            if (range.Values is null && CommitWords.IsTurn(row))
            {
                _words.Learn(await _large.FetchAsync(row, null, cancellation));
            }

            yield return row;
        }
    }

    /// <summary>Completes when all has happened that can happen by itself; what comes next comes from outside.</summary>
    public Task WhenQuiet() => _turns.WhenNobodyWaits();

    private async Task<List<RowChange>> WholeAsync(IReadOnlyList<RowChange> changes)
    {
        List<RowChange> whole = [];
        foreach (var change in changes)
        {
            whole.Add(change with { Row = await _large.FetchAsync(change.Row, null, CancellationToken.None) });
        }

        return whole;
    }

    private async Task<bool> StopIf(bool isPoint, Moment moment, string words)
    {
        if (isPoint && moment == order.Moment)
        {
            journal.Add(Journal.Entry.Struck, $"{moment} {words}");
            _struck.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        }

        return true;
    }
}
