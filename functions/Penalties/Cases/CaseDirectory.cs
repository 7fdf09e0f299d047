using Azure;
using Azure.Data.Tables;

namespace Penalties.Cases;

/// <summary>
/// Which complaints a driver and a customer have: partition <c>driver|{id}</c> or <c>customer|{keyed hash}</c>, row = case id. The counts shown to a
/// deciding person and the cases a re-contact may mean come from here. Written when a case begins to run, and when it no longer counts.
/// </summary>
public sealed class CaseDirectory(AppTables tables)
{
    public const string Table = "CaseDirectory";

    private readonly TableClient _directory = tables.Of(Table);

    public Task Enter(PenaltyCase current, CancellationToken cancellation) => Task.WhenAll(
        Keys(current).Select(key => _directory.UpsertEntityAsync(
            new TableEntity(key, current.Id)
            {
                ["DriverId"] = current.Complaint.DriverId,
                ["RideKey"] = current.Complaint.RideKey,
                ["Violation"] = current.Complaint.Violation.ToString(),
                ["FiledAt"] = current.FiledAt,
                ["Counts"] = current.Counts,
            },
            TableUpdateMode.Replace, cancellation)));

    public Task Delete(PenaltyCase current, CancellationToken cancellation) =>
        Task.WhenAll(Keys(current).Select(key => _directory.DeleteEntityAsync(key, current.Id, ETag.All, cancellation)));

    public async Task<bool> Has(PenaltyCase current, CancellationToken cancellation)
    {
        foreach (var key in Keys(current))
        {
            var row = await _directory.GetEntityIfExistsAsync<TableEntity>(key, current.Id, cancellationToken: cancellation);
            if (!row.HasValue || row.Value!.GetBoolean("Counts") != current.Counts)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The reports that count for a driver.</summary>
    public async Task<IReadOnlyList<DriverReport>> ReportsOf(string driverId, CancellationToken cancellation)
    {
        var reports = new List<DriverReport>();
        var key = Driver(driverId);
        await foreach (var row in _directory.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {key}"), cancellationToken: cancellation))
        {
            if (row.GetBoolean("Counts") == true)
            {
                reports.Add(new(row.RowKey, Enum.Parse<Violation>(row.GetString("Violation")), row.GetDateTimeOffset("FiledAt") ?? default));
            }
        }

        return reports;
    }

    /// <summary>A customer's complaints about a driver (null: about anybody), newest first.</summary>
    public async Task<IReadOnlyList<string>> CasesOf(string customerKey, string? driverId, CancellationToken cancellation)
    {
        var cases = new List<(string Id, DateTimeOffset FiledAt)>();
        var key = Customer(customerKey);
        await foreach (var row in _directory.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {key}"), cancellationToken: cancellation))
        {
            if (driverId is null || row.GetString("DriverId") == driverId)
            {
                cases.Add((row.RowKey, row.GetDateTimeOffset("FiledAt") ?? default));
            }
        }

        return [.. cases.OrderByDescending(one => one.FiledAt).Select(one => one.Id)];
    }

    private static IEnumerable<string> Keys(PenaltyCase current) => current.Complaint.Kind is CaseKind.Penalty
        ? [Driver(current.Complaint.DriverId), Customer(current.Complaint.CustomerKey)]
        : [];

    private static string Driver(string driverId) => $"driver|{driverId}";

    private static string Customer(string customerKey) => $"customer|{customerKey}";
}
