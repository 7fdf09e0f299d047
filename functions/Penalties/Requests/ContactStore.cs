using Azure.Data.Tables;

namespace Penalties.Requests;

/// <summary>
/// Everything personal and nothing else: table <c>Contacts</c>, partition = case, row <c>customer</c>; a body that was rejected stands in the
/// partition <c>rejected</c>. It has its own purge clock.
/// </summary>
public sealed class ContactStore(TableServiceClient tables, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    public const string Table = "Contacts";

    private const string Customer = "customer";

    private readonly TableClient _contacts = tables.GetTableClient(Table);

    public async Task Write(string caseId, Contact contact, CancellationToken cancellation)
    {
        var row = new TableEntity(caseId, Customer)
        {
            ["CustomerId"] = contact.CustomerId,
            ["Phone"] = contact.Phone,
            ["Name"] = contact.Name,
            ["RideCalledAt"] = contact.RideCalledAt,
            ["RideOrigin"] = contact.RideOrigin,
            ["RideDestination"] = contact.RideDestination,
            ["Text"] = contact.Text,
            ["WrittenAt"] = clock.GetUtcNow(),
        };

        // Merge: a later webhook with an empty field does not wipe what an earlier one told.
        await _contacts.UpsertEntityAsync(row, TableUpdateMode.Merge, cancellation);
    }

    /// <summary>The customer of a case, or null when the data was purged.</summary>
    public async Task<Contact?> Find(string caseId, CancellationToken cancellation)
    {
        var found = await _contacts.GetEntityIfExistsAsync<TableEntity>(caseId, Customer, cancellationToken: cancellation);
        return found.HasValue && found.Value is { } row
            ? new(row.GetString("CustomerId"), row.GetString("Phone"), row.GetString("Name"), row.GetString("RideCalledAt"),
                row.GetString("RideOrigin"), row.GetString("RideDestination"), row.GetString("Text"))
            : null;
    }
}

/// <param name="CustomerId">The customer's id in the driver admin system.</param>
/// <param name="Phone">Number on the account, E.164.</param>
public sealed record Contact(
    string CustomerId, string Phone, string? Name, string? RideCalledAt, string? RideOrigin, string? RideDestination, string? Text);
