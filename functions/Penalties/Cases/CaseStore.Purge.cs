using Azure;
using Azure.Data.Tables;

namespace Penalties.Cases;

/// <content>What is deleted of a case.</content>
public sealed partial class CaseStore
{
    /// <summary>Deletes the ledger of a case; its log still tells what was sent when.</summary>
    public async Task DeleteLedger(string caseId, CancellationToken cancellation) => await DeleteRows(
        TableClient.CreateQueryFilter($"PartitionKey eq {caseId} and RowKey gt {LedgerRow.Prefix} and RowKey lt {LedgerRow.PrefixEnd}"), cancellation);

    /// <summary>Deletes everything of a case, the case row last: what is interrupted is found again.</summary>
    public async Task Delete(string caseId, CancellationToken cancellation)
    {
        var last = CaseRow.KeyOf(caseId);
        await DeleteRows(TableClient.CreateQueryFilter($"PartitionKey eq {caseId} and RowKey ne {last}"), cancellation);
        await _cases.DeleteEntityAsync(caseId, last, ETag.All, cancellation);
    }

    private async Task DeleteRows(string filter, CancellationToken cancellation)
    {
        var doomed = new List<TableEntity>();
        await foreach (var row in _cases.QueryAsync<TableEntity>(filter, select: [nameof(ITableEntity.PartitionKey), nameof(ITableEntity.RowKey)], cancellationToken: cancellation))
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
