using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Penalties.Managers;

namespace Penalties.Cases;

/// <summary>
/// Everything personal and nothing else: table <c>Contacts</c>. A complaint's rows stand under the keyed hash of customer, driver and ride, a
/// callback's under its own id: <c>customer|{key}</c> (the customer, and which case has this complaint, which stays when the customer is purged: a hash
/// and an id, nothing personal), <c>text|…</c>, <c>consent|…</c>; no two complaints share a row key, for <see cref="CaseStore"/>'s reason. A body that
/// was rejected stands in the partition <c>rejected</c>. It has its own purge clock.
/// </summary>
public sealed partial class ContactStore(AppTables tables, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    public const string Table = "Contacts";

    /// <summary>Partition of the bodies that made no case.</summary>
    public const string Rejected = "rejected";

    /// <summary>Partition of the bodies of messages that nobody could read.</summary>
    public const string DeadLetter = "dead-letter";

    /// <summary>Longer than a webhook's request lives.</summary>
    private static readonly TimeSpan Claiming = TimeSpan.FromMinutes(2);

    private const string Customer = "customer|";

    /// <summary>Which case has the complaint: what is left of a row when it is purged.</summary>
    private static readonly string[] Claimed = ["CaseId", "Writer", "ClaimedAt"];

    private const int Races = 10;

    private readonly TableClient _contacts = tables.Of(Table);

    /// <summary>
    /// Stores the customer of a complaint that nobody has made before, and says that this case has it: one row, so that of two tickets about the same
    /// only one becomes a case.
    /// </summary>
    /// <returns>The case that has the complaint: this one, or an earlier.</returns>
    public async Task<string> Claim(string matchKey, string caseId, Contact contact, CancellationToken cancellation)
    {
        for (var race = 1; ; race++)
        {
            try
            {
                await _contacts.AddEntityAsync(ClaimedRow(matchKey, caseId, contact), cancellation);
                return caseId;
            }
            catch (RequestFailedException exists) when (exists.Status == 409 && race < Races)
            {
                // Also where the answer to our own first write was lost: then the row names us. One that was released meanwhile is to be had.
                if (await Owner(matchKey, cancellation) is { } owner)
                {
                    return owner;
                }
            }
        }
    }

    /// <summary>The case that has a complaint, or null.</summary>
    public async Task<string?> Owner(string matchKey, CancellationToken cancellation)
    {
        var match = await _contacts.GetEntityIfExistsAsync<TableEntity>(matchKey, Customer + matchKey, Claimed, cancellation);
        return match.HasValue ? match.Value!.GetString("CaseId") : null;
    }

    /// <summary>
    /// Gives a complaint to another case that was claimed so long ago that whoever claimed it does not store its case any more. Of several tickets
    /// that come for it only one gets it.
    /// </summary>
    /// <returns>Whether this case has it now.</returns>
    public async Task<bool> TakeOver(string matchKey, string claimant, string caseId, Contact contact, CancellationToken cancellation)
    {
        var claim = await _contacts.GetEntityIfExistsAsync<TableEntity>(matchKey, Customer + matchKey, Claimed, cancellation);
        if (!claim.HasValue || claim.Value!.GetString("CaseId") != claimant || clock.GetUtcNow() - claim.Value.GetDateTimeOffset("ClaimedAt") < Claiming)
        {
            return false;
        }

        try
        {
            await _contacts.UpdateEntityAsync(ClaimedRow(matchKey, caseId, contact), claim.Value.ETag, TableUpdateMode.Replace, cancellation);
            return true;
        }
        catch (RequestFailedException lost) when (lost.Status is 404 or 412)
        {
            // Also where the answer to our own first write was lost.
            return await Owner(matchKey, cancellation) == caseId;
        }
    }

    /// <summary>Takes back a claim for a complaint that then proved to be another than the ticket's case is about.</summary>
    public async Task Release(string matchKey, string caseId, CancellationToken cancellation)
    {
        if (await Owner(matchKey, cancellation) != caseId)
        {
            return;
        }

        try
        {
            await DeleteAll(matchKey, cancellation);
        }
        catch (TableTransactionFailedException taken) when (taken.Status is 404 or 412)
        {
            // Another ticket has taken it over meanwhile.
        }
    }

    /// <summary>Stores the customer of a callback, whatever stood there.</summary>
    public Task Put(string contactKey, Contact contact, CancellationToken cancellation) =>
        _contacts.UpsertEntityAsync(Row(contactKey, contact), TableUpdateMode.Replace, cancellation);

    /// <summary>
    /// Takes over what a later webhook told; an earlier one that arrives late changes nothing, and an empty field wipes nothing. An open case whose
    /// data was purged gets it anew.
    /// </summary>
    /// <returns>Whether anything was taken over.</returns>
    public async Task<bool> Renew(PenaltyCase about, Contact contact, CancellationToken cancellation)
    {
        for (var race = 1; ; race++)
        {
            var found = await _contacts.GetEntityIfExistsAsync<TableEntity>(about.ContactKey, Customer + about.ContactKey, cancellationToken: cancellation);
            try
            {
                var isPurged = !found.HasValue || found.Value!.GetDateTimeOffset("ToldAt") is null;
                if (isPurged ? about.Life is LifeState.Closed : found.Value!.GetDateTimeOffset("ToldAt") >= contact.ToldAt)
                {
                    return false;
                }

                if (!found.HasValue)
                {
                    await _contacts.AddEntityAsync(ClaimedRow(about.ContactKey, about.Id, contact), cancellation);
                    return true;
                }

                await _contacts.UpdateEntityAsync(Row(about.ContactKey, contact), found.Value!.ETag, TableUpdateMode.Merge, cancellation);
                return isPurged || found.Value.GetString("Phone") != contact.Phone || found.Value.GetString("Name") != contact.Name;
            }
            catch (RequestFailedException lost) when (lost.Status is 404 or 409 or 412 && race < Races)
            {
                // Another webhook of the same complaint was first: what it left is looked at.
            }
        }
    }

    /// <summary>Keeps what a person wrote.</summary>
    /// <returns>Where it stands, such as "text|…"; safe to keep in a log.</returns>
    public async Task<string> WriteText(PenaltyCase about, string text, CancellationToken cancellation)
    {
        var key = $"text|{Guid.NewGuid():N}";
        await _contacts.AddEntityAsync(new TableEntity(about.ContactKey, key) { ["Text"] = text, ["WrittenAt"] = clock.GetUtcNow() }, cancellation);
        return key;
    }

    /// <summary>Where a consent stands: those given later stand behind; it tells no number.</summary>
    public static string ConsentKey(Consent consent) => string.Create(
        CultureInfo.InvariantCulture,
        $"consent|{consent.AgreedAt.UtcTicks:D19}|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{consent.Number}|{consent.Agent}")))[..16]}");

    /// <summary>The number a consent is about, E.164; null when it was purged.</summary>
    public async Task<string?> NumberOf(string contactKey, string consent, CancellationToken cancellation)
    {
        var found = await _contacts.GetEntityIfExistsAsync<TableEntity>(contactKey, consent, cancellationToken: cancellation);
        return found.HasValue ? found.Value!.GetString("Number") : null;
    }

    /// <summary>Keeps a consent to being phoned on another number.</summary>
    public Task WriteConsent(string contactKey, Consent consent, CancellationToken cancellation) => _contacts.UpsertEntityAsync(
        new TableEntity(contactKey, ConsentKey(consent))
        {
            ["Number"] = consent.Number,
            ["Purpose"] = consent.Purpose,
            ["Items"] = consent.Items,
            ["Retention"] = consent.Retention,
            ["ToldAt"] = consent.ToldAt,
            ["AgreedAt"] = consent.AgreedAt,
            ["Method"] = consent.Method,
            ["Agent"] = consent.Agent,
            ["ScriptVersion"] = consent.ScriptVersion,
            ["WrittenAt"] = clock.GetUtcNow(),
        },
        TableUpdateMode.Replace, cancellation);

    /// <summary>The customer of a case, or null when the data was purged.</summary>
    public async Task<Contact?> Find(PenaltyCase about, CancellationToken cancellation)
    {
        var found = await _contacts.GetEntityIfExistsAsync<TableEntity>(about.ContactKey, Customer + about.ContactKey, cancellationToken: cancellation);
        return found.HasValue && found.Value is { } row && row.GetString("CustomerId") is { } customer
            ? new(customer, row.GetString("Phone"), row.GetString("Name"), row.GetString("RideCalledAt"),
                row.GetString("RideOrigin"), row.GetString("RideDestination"), row.GetString("Text"), row.GetDateTimeOffset("ToldAt") ?? default)
            : null;
    }

    /// <summary>Everything people wrote about a case, by where it stands.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Texts(PenaltyCase about, CancellationToken cancellation)
    {
        var texts = new Dictionary<string, string>();
        var key = about.ContactKey;
        var rows = _contacts.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey gt {"text|"} and RowKey lt {"text}"}"), cancellationToken: cancellation);
        await foreach (var row in rows)
        {
            texts[row.RowKey] = row.GetString("Text");
        }

        return texts;
    }

    private TableEntity ClaimedRow(string matchKey, string caseId, Contact contact)
    {
        var row = Row(matchKey, contact);
        (row["CaseId"], row["Writer"], row["ClaimedAt"]) = (caseId, Guid.NewGuid(), clock.GetUtcNow());
        return row;
    }

    private TableEntity Row(string contactKey, Contact contact) => new(contactKey, Customer + contactKey)
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
/// <param name="Phone">The number to use, E.164: that of the account, or on a callback another one that was agreed to.</param>
/// <param name="ToldAt">When the agent saved the ticket that told it.</param>
public sealed record Contact(
    string CustomerId, string Phone, string? Name, string? RideCalledAt, string? RideOrigin, string? RideDestination, string? Text,
    DateTimeOffset ToldAt);
