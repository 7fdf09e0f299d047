using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Penalties.Cases;

namespace Bench.Load;

/// <summary>What intake is compared with: one row a request into a table of its own, each a copy of a filed case's row under a key of its own.</summary>
internal sealed class RawInserts : IDisposable
{
    private readonly HttpClient _http;
    private readonly TableClient _table;
    private readonly CaseRow _pattern;

    private RawInserts(HttpClient http, TableClient table, CaseRow pattern) => (_http, _table, _pattern) = (http, table, pattern);

    public static async Task<RawInserts> Create(string storage, int connections, CancellationToken cancellation)
    {
        var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections });
        var tables = new TableServiceClient(storage, new TableClientOptions { Transport = new HttpClientTransport(http), Retry = { MaxRetries = 0 } });
        var table = tables.GetTableClient("RawInserts");
        await table.CreateAsync(cancellation);
        return new(http, table, await AnyCase(tables, cancellation));
    }

    public Task Insert(int number, CancellationToken cancellation) =>
        _table.AddEntityAsync(new CaseRow { PartitionKey = $"pr-{number:D16}", RowKey = CaseRow.KeyOf($"pr-{number:D16}"), Case = _pattern.Case, Seq = _pattern.Seq }, cancellation);

    public void Dispose() => _http.Dispose();

    private static async Task<CaseRow> AnyCase(TableServiceClient tables, CancellationToken cancellation)
    {
        var cases = tables.GetTableClient(CaseStore.Table);
        await foreach (var row in cases.QueryAsync<CaseRow>(row => row.RowKey.CompareTo(CaseRow.Prefix) > 0 && row.RowKey.CompareTo(CaseRow.PrefixEnd) < 0, maxPerPage: 1, cancellationToken: cancellation))
        {
            return row;
        }

        throw new NotMeasuredException("No case was stored.");
    }
}
