using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Model.Tests.Twins;

internal sealed class MemoryTable(MemoryTables tables) : TableClient
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Partition, string Row), TableEntity> _rows = new(Comparer<(string Partition, string Row)>.Create(Compare));
    private long _tags;

    public IReadOnlyList<TableEntity> Rows(string? partition)
    {
        lock (_gate)
        {
            return [.. _rows.Values.Where(row => partition is null || row.PartitionKey == partition)];
        }
    }

    public override Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return Task.FromResult<NullableResponse<T>>(
                _rows.TryGetValue((partitionKey, rowKey), out var row) ? new Found<T>(EntityMap.To<T>(row)) : new Found<T>());
        }
    }

    public override async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        var actions = transactionActions.ToList();
        Assert.True(actions.Count <= 100, $"{actions.Count} actions in one transaction.");
        Assert.Single(actions.Select(action => action.Entity.PartitionKey).Distinct());
        Assert.Equal(actions.Count, actions.Select(action => action.Entity.RowKey).Distinct().Count());
        await Interrupt();
        lock (_gate)
        {
            Write(() =>
            {
                var refusal = actions.Select(Refusal).FirstOrDefault(status => status != 0);
                if (refusal != 0)
                {
                    throw new TableTransactionFailedException(new RequestFailedException(refusal, "refused", refusal == 409 ? "EntityAlreadyExists" : "UpdateConditionNotSatisfied", null));
                }

                foreach (var action in actions)
                {
                    Apply(action);
                }
            });
        }

        return Response.FromValue<IReadOnlyList<Response>>([], Ok.Instance);
    }

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default) =>
        One(new(TableTransactionActionType.Add, entity));

    public override Task<Response> UpsertEntityAsync<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) =>
        One(new(mode is TableUpdateMode.Merge ? TableTransactionActionType.UpsertMerge : TableTransactionActionType.UpsertReplace, entity));

    public override Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default) =>
        One(new(mode is TableUpdateMode.Merge ? TableTransactionActionType.UpdateMerge : TableTransactionActionType.UpdateReplace, entity, ifMatch));

    public override Task<Response> DeleteEntityAsync(
        string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _rows.Remove((partitionKey, rowKey));
        }

        return Task.FromResult<Response>(Ok.Instance);
    }

    public override Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(Response.FromValue(new TableItem("table"), Ok.Instance));

    public override AsyncPageable<T> QueryAsync<T>(
        Expression<Func<T, bool>> filter, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The app queries by text: the client compiles an expression anew for each query.");

    public override AsyncPageable<T> QueryAsync<T>(
        string? filter = null, int? maxPerPage = null, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
    {
        var matches = TextFilter.Parse(filter);
        List<T> found;
        lock (_gate)
        {
            found = [.. _rows.Values.Where(matches).Select(EntityMap.To<T>)];
        }

        return AsyncPageable<T>.FromPages(found.Chunk(maxPerPage ?? 1_000).DefaultIfEmpty([]).Select(page => Page<T>.FromValues(page, null, Ok.Instance)));
    }

    private async Task<Response> One(TableTransactionAction action)
    {
        await Interrupt();
        lock (_gate)
        {
            Write(() =>
            {
                if (Refusal(action) is var refusal and not 0)
                {
                    throw new RequestFailedException(refusal, "refused", refusal == 409 ? "EntityAlreadyExists" : "UpdateConditionNotSatisfied", null);
                }

                Apply(action);
            });
        }

        return Ok.Instance;
    }

    private Task Interrupt() => tables.OnWrite?.Invoke() ?? Task.CompletedTask;

    private void Write(Action write)
    {
        if (!tables.NextWrites.TryDequeue(out var fault))
        {
            write();
            return;
        }

        if (fault is WriteFault.Away)
        {
            throw new RequestFailedException(503, "storage is away");
        }

        write();
        if (fault is WriteFault.AnswerLost)
        {
            throw new RequestFailedException(0, "the answer was lost");
        }

        write();
    }

    private int Refusal(TableTransactionAction action)
    {
        var there = _rows.GetValueOrDefault((action.Entity.PartitionKey, action.Entity.RowKey));
        return action.ActionType switch
        {
            TableTransactionActionType.Add => there is null ? 0 : 409,
            TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpdateReplace or TableTransactionActionType.Delete =>
                there is null ? 404 : action.ETag == default || action.ETag == ETag.All || there.ETag == action.ETag ? 0 : 412,
            _ => 0,
        };
    }

    private void Apply(TableTransactionAction action)
    {
        var key = (action.Entity.PartitionKey, action.Entity.RowKey);
        if (action.ActionType is TableTransactionActionType.Delete)
        {
            _rows.Remove(key);
            return;
        }

        var row = EntityMap.From(action.Entity);
        TableLimits.Check(row);
        if (action.ActionType is TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpsertMerge && _rows.TryGetValue(key, out var there))
        {
            foreach (var (name, value) in there.Where(cell => !row.ContainsKey(cell.Key)))
            {
                row[name] = value;
            }
        }

        row.ETag = new ETag($"W/\"{++_tags}\"");
        _rows[key] = row;
    }

    private static int Compare((string Partition, string Row) a, (string Partition, string Row) b) =>
        string.CompareOrdinal(a.Partition, b.Partition) is var order and not 0 ? order : string.CompareOrdinal(a.Row, b.Row);

    private sealed class Found<T> : NullableResponse<T>
    {
        private readonly T? _value;

        public Found()
        {
        }

        public Found(T value) => (_value, HasValue) = (value, true);

        public override bool HasValue { get; }

        public override T? Value => HasValue ? _value : throw new InvalidOperationException("There is no such row.");

        public override Response GetRawResponse() => Ok.Instance;
    }

    private sealed class Ok : Response
    {
        public static readonly Ok Instance = new();

        public override int Status => 200;

        public override string ReasonPhrase => "OK";

        public override Stream? ContentStream { get; set; }

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => false;

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [];

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = null;
            return false;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = null;
            return false;
        }
    }
}
