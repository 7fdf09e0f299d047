using Azure.Data.Tables;

namespace Penalties.Cases;

/// <summary>What is deleted, and what is left of it.</summary>
public sealed partial class ContactStore
{
    /// <summary>Deletes what is personal of a case, and leaves which case has the complaint.</summary>
    /// <param name="isStillDue">
    /// Asked when the rows are read: a case opened again before keeps what it was told, and of one opened later the rows have changed since.
    /// </param>
    /// <returns>False when it was not due any more.</returns>
    public async Task<bool> Purge(PenaltyCase about, Func<Task<bool>> isStillDue, CancellationToken cancellation)
    {
        var doomed = await Doomed(
            about.ContactKey, row => !IsClaim(row) ? Purging.Deleted : row.ContainsKey("WrittenAt") ? Purging.Stripped : Purging.Left, cancellation);
        if (!await isStillDue())
        {
            return false;
        }

        await Submit(doomed, cancellation);
        return true;
    }

    /// <summary>Keys under which something personal stands that was written before the instant, at most <paramref name="most"/>.</summary>
    public async Task<IReadOnlySet<string>> KeysWithRowsBefore(DateTimeOffset instant, int most, CancellationToken cancellation)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var rows = _contacts.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"WrittenAt lt {instant}"), select: [nameof(ITableEntity.PartitionKey)], cancellationToken: cancellation);
        await foreach (var row in rows)
        {
            keys.Add(row.PartitionKey);
            if (keys.Count == most)
            {
                break;
            }
        }

        return keys;
    }

    /// <summary>Deletes what was written under a key before the instant.</summary>
    /// <param name="isForgotten">There is no case: that the key was claimed goes, too.</param>
    /// <returns>How many rows were deleted, or stripped of what is personal.</returns>
    public async Task<int> PurgeBefore(string key, DateTimeOffset instant, bool isForgotten, CancellationToken cancellation) => await Delete(
        key,
        row =>
        {
            var isOld = row.GetDateTimeOffset("WrittenAt") < instant;
            return !IsClaim(row) ? (isOld ? Purging.Deleted : Purging.Left)
                : isForgotten && row.GetDateTimeOffset("ClaimedAt") < instant && (isOld || !row.ContainsKey("WrittenAt")) ? Purging.Deleted
                : isOld ? Purging.Stripped
                : Purging.Left;
        },
        cancellation);

    /// <summary>Deletes all rows under a key.</summary>
    public Task DeleteAll(string contactKey, CancellationToken cancellation) => Delete(contactKey, _ => Purging.Deleted, cancellation);

    private async Task<int> Delete(string contactKey, Func<TableEntity, Purging> fate, CancellationToken cancellation)
    {
        var doomed = await Doomed(contactKey, fate, cancellation);
        await Submit(doomed, cancellation);
        return doomed.Count;
    }

    private async Task<IReadOnlyList<TableTransactionAction>> Doomed(string contactKey, Func<TableEntity, Purging> fate, CancellationToken cancellation)
    {
        var doomed = new List<TableTransactionAction>();
        await foreach (var row in _contacts.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {contactKey}"), cancellationToken: cancellation))
        {
            // What was written since it was read stays, and is somebody's.
            switch (fate(row))
            {
                case Purging.Deleted:
                    doomed.Add(new(TableTransactionActionType.Delete, row, row.ETag));
                    break;
                case Purging.Stripped:
                    doomed.Add(new(TableTransactionActionType.UpdateReplace, Stripped(row), row.ETag));
                    break;
                case Purging.Left:
                    break;
            }
        }

        return doomed;
    }

    private async Task Submit(IReadOnlyList<TableTransactionAction> doomed, CancellationToken cancellation)
    {
        foreach (var some in doomed.Chunk(AppTables.MostInTransaction))
        {
            await _contacts.SubmitTransactionAsync(some, cancellation);
        }
    }

    private static bool IsClaim(TableEntity row) => row.ContainsKey("CaseId");

    private static TableEntity Stripped(TableEntity row)
    {
        var left = new TableEntity(row.PartitionKey, row.RowKey);
        foreach (var name in Claimed)
        {
            left[name] = row[name];
        }

        return left;
    }

    /// <summary>What becomes of a row in a purge.</summary>
    private enum Purging
    {
        Left,

        /// <summary>Which case has the complaint stays, and nothing else.</summary>
        Stripped,
        Deleted,
    }
}
