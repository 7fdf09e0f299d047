using System.Runtime.CompilerServices;
using LocalHost.Durable.Storage;

namespace Durable.Tests.Twins;

/// <summary>A store whose rows somebody has spoilt, and that does not take every commit.</summary>
internal sealed class TamperedStore(ITaskHubStore inner) : ITaskHubStore
{
    /// <summary>What a row reads as; null: it is missing.</summary>
    public Func<TaskHubRow, TaskHubRow?> Reads { get; set; } = static row => row;

    /// <summary>Why a commit fails, of the changes in it; null: it does not.</summary>
    public Func<IReadOnlyList<RowChange>, Exception?> Fails { get; set; } = static _ => null;

    /// <summary>Refuses each commit with a new history row of this instance.</summary>
    public void RefuseTurnsOf(string instanceId, Action? onRefusal = null) => Fails = changes =>
    {
        var index = changes.ToList().FindIndex(c => c.Kind == RowChangeKind.Insert && c.Row.Key.StartsWith($"turn|{instanceId}|", StringComparison.Ordinal));
        if (index < 0)
        {
            return null;
        }

        onRefusal?.Invoke();
        return new TaskHubRefusedException("The row does not please.", index, exists: false);
    };

    public void Mend()
    {
        Reads = static row => row;
        Fails = static _ => null;
    }

    public ILargeValues LargeValues => inner.LargeValues;

    public Task OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public Task<string> CommitAsync(
        string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation) =>
        Fails(changes) is { } failure
            ? Task.FromException<string>(failure)
            : inner.CommitAsync(shard, guard, guardTag, changes, cancellation);

    public async Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation) =>
        await inner.FindAsync(shard, key, cancellation) is { } row ? Reads(row) : null;

    public async IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in inner.ReadAsync(shard, range, cancellation))
        {
            if (Reads(row) is { } seen)
            {
                yield return seen;
            }
        }
    }
}
