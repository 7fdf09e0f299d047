using Azure;
using Azure.Data.Tables;

namespace Penalties.Requests;

/// <summary>
/// Everything personal and nothing else: table <c>Contacts</c>, partition = case, row <c>customer</c> and <c>text|…</c>; a body that was rejected stands in the
/// partition <c>rejected</c>. It has its own purge clock.
/// </summary>
public sealed class ContactStore(AppTables tables, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    public const string Table = "Contacts";

    private const string Customer = "customer";

    private readonly TableClient _contacts = tables.Of(Table);

    /// <summary>Stores the customer of a case that has none yet.</summary>
    /// <returns>False when there was one: whether its data is newer is decided by <see cref="Renew"/>.</returns>
    public async Task<bool> Add(string caseId, Contact contact, CancellationToken cancellation)
    {
        try
        {
            await _contacts.AddEntityAsync(Row(caseId, contact), cancellation);
            return true;
        }
        catch (RequestFailedException exists) when (exists.Status == 409)
        {
            return false;
        }
    }

    /// <summary>Takes over what a later webhook told; an earlier one that arrives late changes nothing, and an empty field wipes nothing.</summary>
    /// <returns>Whether anything was taken over.</returns>
    public async Task<bool> Renew(string caseId, Contact contact, CancellationToken cancellation)
    {
        var found = await _contacts.GetEntityIfExistsAsync<TableEntity>(caseId, Customer, cancellationToken: cancellation);
        if (!found.HasValue || !(found.Value!.GetDateTimeOffset("ToldAt") < contact.ToldAt))
        {
            return false;
        }

        await _contacts.UpdateEntityAsync(Row(caseId, contact), found.Value.ETag, TableUpdateMode.Merge, cancellation);
        return found.Value.GetString("Phone") != contact.Phone || found.Value.GetString("Name") != contact.Name;
    }

    /// <summary>Keeps what a person wrote.</summary>
    /// <returns>Where it stands, such as "text|…"; safe to keep in a log.</returns>
    public async Task<string> WriteText(string caseId, string text, CancellationToken cancellation)
    {
        var key = $"text|{Guid.NewGuid():N}";
        await _contacts.AddEntityAsync(new TableEntity(caseId, key) { ["Text"] = text, ["WrittenAt"] = clock.GetUtcNow() }, cancellation);
        return key;
    }

    /// <summary>The customer of a case, or null when the data was purged.</summary>
    public async Task<Contact?> Find(string caseId, CancellationToken cancellation)
    {
        var found = await _contacts.GetEntityIfExistsAsync<TableEntity>(caseId, Customer, cancellationToken: cancellation);
        return found.HasValue && found.Value is { } row
            ? new(row.GetString("CustomerId"), row.GetString("Phone"), row.GetString("Name"), row.GetString("RideCalledAt"),
                row.GetString("RideOrigin"), row.GetString("RideDestination"), row.GetString("Text"), row.GetDateTimeOffset("ToldAt") ?? default)
            : null;
    }

    private TableEntity Row(string caseId, Contact contact) => new(caseId, Customer)
    {
        ["CustomerId"] = contact.CustomerId,
        ["Phone"] = contact.Phone,
        ["Name"] = contact.Name,
        ["RideCalledAt"] = contact.RideCalledAt,
        ["RideOrigin"] = contact.RideOrigin,
        ["RideDestination"] = contact.RideDestination,
        ["Text"] = contact.Text,
        ["ToldAt"] = contact.ToldAt,
        ["WrittenAt"] = clock.GetUtcNow(),
    };
}

/// <param name="CustomerId">The customer's id in the driver admin system.</param>
/// <param name="Phone">Number on the account, E.164.</param>
/// <param name="ToldAt">When the agent saved the ticket that told it.</param>
public sealed record Contact(
    string CustomerId, string Phone, string? Name, string? RideCalledAt, string? RideOrigin, string? RideDestination, string? Text,
    DateTimeOffset ToldAt);
