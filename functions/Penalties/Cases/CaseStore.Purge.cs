using System.Linq.Expressions;
using Azure;
using Azure.Data.Tables;

namespace Penalties.Cases;

/// <content>What is deleted of a case.</content>
public sealed partial class CaseStore
{
    /// <summary>Deletes the ledger of a case; its log still tells what was sent when.</summary>
    public async Task DeleteLedger(string caseId, CancellationToken cancellation) => await Delete(
        caseId, row => row.PartitionKey == caseId && row.RowKey.CompareTo(LedgerRow.Prefix) > 0 && row.RowKey.CompareTo(LedgerRow.PrefixEnd) < 0, cancellation);

    /// <summary>Deletes everything of a case, the case row last: what is interrupted is found again.</summary>
    public async Task Delete(string caseId, CancellationToken cancellation)
    {
        var last = CaseRow.KeyOf(caseId);
        await Delete(caseId, row => row.PartitionKey == caseId && row.RowKey != last, cancellation);
        await _cases.DeleteEntityAsync(caseId, last, ETag.All, cancellation);
    }

    private async Task Delete(string caseId, Expression<Func<TableEntity, bool>> which, CancellationToken cancellation)
    {
        var doomed = new List<TableEntity>();
        await foreach (var row in _cases.QueryAsync(which, select: [nameof(ITableEntity.PartitionKey), nameof(ITableEntity.RowKey)], cancellationToken: cancellation))
        {
            doomed.Add(row);
        }

        foreach (var some in doomed.Chunk(AppTables.MostInTransaction))
        {
            await _cases.SubmitTransactionAsync(
                some.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)), cancellation);
        }
    }
}
