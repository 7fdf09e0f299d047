using System.Text.Json;
using Penalties.Outside.Crm;

namespace Penalties.Intake.Sources;

/// <summary>The complaint as it stands in a ticket's custom fields, written as the body of a webhook would have told it.</summary>
internal static class TicketComplaint
{
    private const string OccurredAt = "occurred_at";

    /// <returns>UTF-8 JSON of a <see cref="ComplaintForm"/>; what the ticket does not hold is left out.</returns>
    public static byte[] Of(CrmSource source, CrmTicket ticket)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["account"] = source.Account,
            ["ticket"] = ticket.Id.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (field, id) in source.Fields)
        {
            if (ticket.Fields.GetValueOrDefault(id) is { Length: > 0 } value)
            {
                told[field] = source.Values.GetValueOrDefault(field)?.GetValueOrDefault(value) ?? value;
            }
        }

        // Nobody but the agent has saved it since, or this is not the first that is heard of it: then what counts is what was told before.
        told.TryAdd(OccurredAt, ticket.UpdatedAt);
        return JsonSerializer.SerializeToUtf8Bytes(told);
    }
}
