using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs;

namespace LocalHost.Durable.Storage;

/// <summary>
/// A task hub in one table (Azure Storage or Azurite): partition = shard, commit = entity-group transaction. Large values are blobs of one container.
/// </summary>
public sealed class TableTaskHubStore : ITaskHubStore
{
    private readonly TableClient _table;

    /// <summary>Table and container are named after the hub: "PenaltiesTaskHub", "penalties-largevalues".</summary>
    /// <exception cref="ArgumentException">The hub's name is not 3 to 45 letters and digits, beginning with a letter.</exception>
    public TableTaskHubStore(TableServiceClient tables, BlobServiceClient blobs, string hubName)
    {
        _table = tables.GetTableClient($"{Checked(hubName)}TaskHub");
        LargeValues = new BlobLargeValues(blobs.GetBlobContainerClient($"{hubName.ToLowerInvariant()}-largevalues"));
    }

    public ILargeValues LargeValues { get; }

    public Task OpenAsync(CancellationToken cancellation) => _table.CreateIfNotExistsAsync(cancellation);

    public async Task<string> CommitAsync(
        string shard, TaskHubRow guard, string? guardTag, IReadOnlyList<RowChange> changes, CancellationToken cancellation)
    {
        List<TableTransactionAction> actions =
        [
            guardTag is null
                ? new(TableTransactionActionType.Add, Entity(shard, guard))
                : new(TableTransactionActionType.UpdateReplace, Entity(shard, guard), new ETag(guardTag)),
            .. changes.Select(change => Action(shard, change)),
        ];
        try
        {
            var answers = await _table.SubmitTransactionAsync(actions, cancellation);
            return answers.Value[0].Headers.ETag?.ToString() ?? throw new InvalidOperationException("The table answered a commit without a tag.");
        }
        catch (TableTransactionFailedException e) when (e.Status is 400 or 404 or 409 or 412 or 413)
        {
            var failed = e.FailedTransactionActionIndex;
            var exists = e.ErrorCode == TableErrorCode.EntityAlreadyExists;
            throw new TaskHubRefusedException(e.Message, failed is > 0 ? failed - 1 : null, exists && failed is > 0, e);
        }
    }

    public async Task<TaskHubRow?> FindAsync(string shard, string key, CancellationToken cancellation)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(shard, key, cancellationToken: cancellation);
        return found is { HasValue: true, Value: { } entity } ? Row(entity) : null;
    }

    public async IAsyncEnumerable<TaskHubRow> ReadAsync(string shard, RowRange range, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {shard} and RowKey ge {range.From} and RowKey lt {range.Before}");
        if (range.WhereTrue is { } flag)
        {
            filter += $" and {flag} eq true";
        }

        var select = range.Values is { } values ? values.Append("RowKey") : null;
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, maxPerPage: null, select, cancellation))
        {
            yield return Row(entity);
        }
    }

    private static TableTransactionAction Action(string shard, RowChange change) => change.Kind switch
    {
        RowChangeKind.Insert => new(TableTransactionActionType.Add, Entity(shard, change.Row)),
        RowChangeKind.Merge => new(TableTransactionActionType.UpsertMerge, Entity(shard, change.Row)),
        RowChangeKind.Replace => new(TableTransactionActionType.UpsertReplace, Entity(shard, change.Row)),
        RowChangeKind.Delete => new(TableTransactionActionType.Delete, Entity(shard, change.Row), ETag.All),
    };

    private static TableEntity Entity(string shard, TaskHubRow row)
    {
        var entity = new TableEntity(shard, row.Key);
        foreach (var (name, value) in row.Values)
        {
            entity[name] = value;
        }

        return entity;
    }

    private static TaskHubRow Row(TableEntity entity)
    {
        var values = new Dictionary<string, object>(entity.Count);
        foreach (var (name, value) in entity)
        {
            if (value is not null && name is not ("PartitionKey" or "RowKey" or "Timestamp" or "odata.etag"))
            {
                values[name] = value;
            }
        }

        return new(entity.RowKey, values, entity.ETag.ToString());
    }

    private static string Checked(string hubName) =>
        hubName is { Length: >= 3 and <= 45 } && char.IsAsciiLetter(hubName[0]) && hubName.All(char.IsAsciiLetterOrDigit)
        ? hubName
        : throw new ArgumentException(
            $"The task hub's name is '{hubName}'; allowed: 3 to 45 letters and digits, beginning with a letter.", nameof(hubName));
}
