using System.Globalization;
using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>
/// One small row a case for the lists: partition = month filed (KST), row = case id. Written after the case itself, so it may lag behind
/// by one failed write; the case row is the truth.
/// </summary>
public sealed class CaseIndex(AppTables tables, Snapshots snapshots)
{
    public const string Table = "CaseIndex";

    private readonly TableClient _index = tables.Of(Table);

    /// <summary>What the list shows of a case; a change that leaves it alone needs no write.</summary>
    public static (CaseState State, DateTimeOffset? PromisedAt, int Run) Shows(PenaltyCase current) => (current.State, current.PromisedAt, current.Run);

    public async Task Write(PenaltyCase current, CancellationToken cancellation)
    {
        var row = new TableEntity(Korea.TimeOf(current.FiledAt).ToString("yyyy-MM", CultureInfo.InvariantCulture), current.Id)
        {
            ["State"] = current.State.ToString(),
            ["Centre"] = current.Complaint.Centre.ToString(),
            ["Violation"] = current.Complaint.Violation.ToString(),
            ["Ticket"] = current.Complaint.Ticket,
            ["FiledAt"] = current.FiledAt,
            ["InstanceId"] = current.InstanceId,
            ["Seq"] = current.Seq,
        };

        if (snapshots.Due(current) is { } due)
        {
            row["Due"] = due;
            row["DueDate"] = Korea.DateOf(due).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        await _index.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellation);
    }

    /// <summary>A page of the list, by month and case id.</summary>
    public async Task<IndexPage> List(CaseState? state, DateOnly? due, int size, string? continuation, CancellationToken cancellation)
    {
        var filters = new List<string>();
        if (state is { } wanted)
        {
            filters.Add(TableClient.CreateQueryFilter($"State eq {wanted.ToString()}"));
        }

        if (due is { } date)
        {
            filters.Add(TableClient.CreateQueryFilter($"DueDate eq {date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"));
        }

        var pages = _index.QueryAsync<TableEntity>(string.Join(" and ", filters), size, cancellationToken: cancellation).AsPages(continuation, size);
        await foreach (var page in pages)
        {
            return new([.. page.Values.Select(Entry)], page.ContinuationToken);
        }

        return new([], null);
    }

    /// <summary>The cases the list shows as not closed, and what it shows of them.</summary>
    public async IAsyncEnumerable<(string CaseId, string State, string InstanceId)> Open([EnumeratorCancellation] CancellationToken cancellation)
    {
        var closed = CaseState.Closed.ToString();
        await foreach (var row in _index.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"State ne {closed}"), cancellationToken: cancellation))
        {
            yield return (row.RowKey, row.GetString("State"), row.GetString("InstanceId"));
        }
    }

    private static IndexEntry Entry(TableEntity row) => new(
        row.RowKey, row.GetString("State"), row.GetDateTimeOffset("Due"), row.GetString("Centre"), row.GetString("Violation"),
        row.GetString("Ticket"), row.GetDateTimeOffset("FiledAt"));
}

public sealed record IndexPage(IReadOnlyList<IndexEntry> Cases, string? Continuation);

public sealed record IndexEntry(string Id, string State, DateTimeOffset? Due, string Centre, string Violation, string Ticket, DateTimeOffset? FiledAt);
