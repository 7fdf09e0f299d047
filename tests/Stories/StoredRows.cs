using Azure.Data.Tables;
using LocalHost.Tour;
using Microsoft.Extensions.DependencyInjection;
using Penalties;
using Penalties.Cases;
using Penalties.Intake;
using Penalties.Rules;

namespace Stories.Tests;

/// <summary>What stands in the app's tables.</summary>
internal sealed class StoredRows(Story story)
{
    private readonly AppTables _tables = story.Host.Services.GetRequiredService<AppTables>();

    public async Task<IReadOnlyList<TableEntity>> Refused(ComplaintBody complaint) =>
        await Rows(RefusedDeliveries.Table, TableClient.CreateQueryFilter($"Ticket eq {complaint.Ticket}"));

    public async Task<IReadOnlyList<TableEntity>> RejectedBodies(string delivery) =>
        await Rows(ContactStore.Table, TableClient.CreateQueryFilter($"PartitionKey eq 'rejected' and RowKey eq {delivery}"));

    /// <summary>Everything personal there is.</summary>
    public Task<IReadOnlyList<TableEntity>> Contacts() => Rows(ContactStore.Table, filter: null);

    public Task<IReadOnlyList<TableEntity>> All(string table) => Rows(table, filter: null);

    /// <summary>Rows of the case this complaint makes, in whichever table.</summary>
    public async Task<IReadOnlyList<TableEntity>> OfCase(ComplaintBody complaint)
    {
        var id = CaseId.Of(complaint.Account, complaint.Ticket, CaseKind.Penalty);
        var found = new List<TableEntity>();
        foreach (var table in AppTables.Names)
        {
            found.AddRange(await Rows(table, TableClient.CreateQueryFilter($"PartitionKey eq {id} or RowKey eq {id}")));
        }

        return found;
    }

    /// <summary>Every row there is, to be compared with what there was before.</summary>
    public async Task<IReadOnlyList<string>> Keys()
    {
        var keys = new List<string>();
        foreach (var table in AppTables.Names)
        {
            keys.AddRange((await Rows(table, filter: null)).Select(row => $"{table}/{row.PartitionKey}/{row.RowKey}"));
        }

        return [.. keys.Order(StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<TableEntity>> Rows(string table, string? filter)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in _tables.Of(table).QueryAsync<TableEntity>(filter))
        {
            rows.Add(row);
        }

        return rows;
    }
}
