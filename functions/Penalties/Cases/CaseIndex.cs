using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace Penalties.Cases;

/// <summary>
/// One small row a case for the lists: partition <c>open</c> while the case is open, afterwards the month it was filed in (KST); row = case id.
/// What people work on is one partition, however many cases have been closed. Written after the case itself, so it may lag behind by one
/// failed write; the case row is the truth, and sweepers heal the rest.
/// </summary>
public sealed class CaseIndex(AppTables tables, Snapshots snapshots)
{
    public const string Table = "CaseIndex";

    private const string OpenCases = "open";
    private const string Digest = "Digest";
    private const string InIt = "in";

    private readonly TableClient _index = tables.Of(Table);

    /// <summary>What the list shows of a case; a change that leaves it alone needs no write.</summary>
    public static (CaseState State, DateTimeOffset? PromisedAt, int Run, MessageState Message, bool InDigest) Shows(PenaltyCase current) =>
        (current.State, current.PromisedAt, current.Run, current.Message, current.IsInDigest);

    public async Task Write(PenaltyCase current, CancellationToken cancellation)
    {
        var isOpen = current.Life is LifeState.Open;
        await _index.UpsertEntityAsync(Row(current, isOpen ? OpenCases : Month(current)), TableUpdateMode.Replace, cancellation);

        // A case that was never closed has no other row.
        if (!isOpen || current.Run > 1)
        {
            await _index.DeleteEntityAsync(isOpen ? Month(current) : OpenCases, current.Id, ETag.All, cancellation);
        }
    }

    public async Task Delete(PenaltyCase current, CancellationToken cancellation)
    {
        await _index.DeleteEntityAsync(OpenCases, current.Id, ETag.All, cancellation);
        await _index.DeleteEntityAsync(Month(current), current.Id, ETag.All, cancellation);
    }

    /// <summary>Whether the row of a case says what the case says.</summary>
    public async Task<bool> IsRight(PenaltyCase current, CancellationToken cancellation)
    {
        var partition = current.Life is LifeState.Open ? OpenCases : Month(current);
        var row = await _index.GetEntityIfExistsAsync<TableEntity>(partition, current.Id, cancellationToken: cancellation);
        return row.HasValue && row.Value!.GetString("State") == current.State.ToString() && row.Value.GetString("InstanceId") == current.InstanceId
            && row.Value.GetString("Message") == current.Message.ToString() && row.Value.GetDateTimeOffset("Due") == snapshots.DueOf(current)
            && (row.Value.GetString(Digest) is not null) == current.IsInDigest;
    }

    /// <summary>A page of the list: closed cases by month, then the open ones; each by case id.</summary>
    public async Task<IndexPage> List(IndexFilter filter, int size, string? continuation, CancellationToken cancellation)
    {
        var pages = _index.QueryAsync<TableEntity>(filter.ToQuery(OpenCases), size, cancellationToken: cancellation).AsPages(continuation, size);
        await foreach (var page in pages)
        {
            return new([.. page.Values.Select(Entry)], page.ContinuationToken);
        }

        return new([], null);
    }

    /// <summary>The open cases behind <paramref name="after"/>, and what the list shows of them.</summary>
    public async IAsyncEnumerable<OpenEntry> Open(string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var start = after ?? "";
        await foreach (var row in _index.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {OpenCases} and RowKey gt {start}"), cancellationToken: cancellation))
        {
            yield return new(
                row.RowKey, row.GetString("State"), row.GetString("InstanceId"), Enum.Parse<MessageState>(row.GetString("Message")),
                row.GetDateTimeOffset("Due"));
        }
    }

    /// <summary>Open cases of which the managers' digest tells.</summary>
    public async IAsyncEnumerable<string> InDigest([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in _index.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {OpenCases} and Digest eq {InIt}"), cancellationToken: cancellation))
        {
            yield return row.RowKey;
        }
    }

    private TableEntity Row(PenaltyCase current, string partition)
    {
        var complaint = current.Complaint;
        var row = new TableEntity(partition, current.Id)
        {
            ["State"] = current.State.ToString(),
            ["Kind"] = complaint.Kind.ToString(),
            ["Centre"] = complaint.Centre.ToString(),
            ["Violation"] = complaint.Violation.ToString(),
            ["DriverId"] = complaint.DriverId,
            ["Ticket"] = complaint.Ticket,
            ["Message"] = current.Message.ToString(),
            ["FiledAt"] = current.FiledAt,
            ["InstanceId"] = current.InstanceId,
            ["Seq"] = current.Seq,
        };

        if (current.IsInDigest)
        {
            row[Digest] = InIt;
        }

        if (snapshots.DueOf(current) is { } due)
        {
            row["Due"] = due;
            row["DueDate"] = Korea.DateOf(due).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        return row;
    }

    private static string Month(PenaltyCase current) => Korea.TimeOf(current.FiledAt).ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private static IndexEntry Entry(TableEntity row) => new(
        row.RowKey,
        row.GetString("Kind"),
        row.GetString("State"),
        row.GetDateTimeOffset("Due") is { } due ? Korea.TimeOf(due) : null,
        Enum.Parse<Centre>(row.GetString("Centre")).Name(),
        Enum.Parse<Violation>(row.GetString("Violation")).Name(),
        row.GetString("DriverId"),
        row.GetString("Ticket"),
        Korea.TimeOf(row.GetDateTimeOffset("FiledAt") ?? default));
}

/// <summary>What a list may be narrowed by; null: by nothing.</summary>
/// <param name="DueFrom">First KST date on which the answer is due.</param>
/// <param name="DueTo">Last such date.</param>
public sealed record IndexFilter(
    CaseState? State = null, DateOnly? DueFrom = null, DateOnly? DueTo = null, Centre? Centre = null, Violation? Violation = null, string? DriverId = null,
    CaseKind? Kind = null)
{
    internal string ToQuery(string openCases)
    {
        var parts = new List<string>();
        if (State is { } state)
        {
            parts.Add(state is CaseState.Closed
                ? TableClient.CreateQueryFilter($"PartitionKey lt {openCases}")
                : TableClient.CreateQueryFilter($"PartitionKey eq {openCases} and State eq {state.ToString()}"));
        }

        Add(DueFrom, date => TableClient.CreateQueryFilter($"DueDate ge {date}"));
        Add(DueTo, date => TableClient.CreateQueryFilter($"DueDate le {date}"));
        if (Centre is { } centre)
        {
            parts.Add(TableClient.CreateQueryFilter($"Centre eq {centre.ToString()}"));
        }

        if (Violation is { } violation)
        {
            parts.Add(TableClient.CreateQueryFilter($"Violation eq {violation.ToString()}"));
        }

        if (DriverId is { } driver)
        {
            parts.Add(TableClient.CreateQueryFilter($"DriverId eq {driver}"));
        }

        if (Kind is { } kind)
        {
            parts.Add(TableClient.CreateQueryFilter($"Kind eq {kind.ToString()}"));
        }

        return string.Join(" and ", parts);

        void Add(DateOnly? date, Func<string, string> filter)
        {
            if (date is { } day)
            {
                parts.Add(filter(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
            }
        }
    }
}

/// <param name="Continuation">Gives the next page; null on the last.</param>
public sealed record IndexPage(IReadOnlyList<IndexEntry> Cases, string? Continuation)
{
    public static IndexPage Example => new(
        [
            new(
                "pr-5k2m8q0v3x7c9d1f", "Penalty", "AnswerPromised", new(2026, 9, 21, 9, 4, 0, Korea.Offset), "KOC", "난폭운전", "D-1029", "4711",
                new(2026, 9, 18, 22, 30, 0, Korea.Offset)),
        ],
        Continuation: null);
}

/// <param name="Due">When the promised answer is due, KST.</param>
/// <param name="FiledAt">KST.</param>
public sealed record IndexEntry(
    string Id, string Kind, string State, DateTimeOffset? Due, string Centre, string Violation, string DriverId, string Ticket, DateTimeOffset FiledAt);

/// <summary>What the list shows of an open case.</summary>
/// <param name="Due">When the promised answer is due; null without a promise.</param>
public sealed record OpenEntry(string CaseId, string State, string InstanceId, MessageState Message, DateTimeOffset? Due);
