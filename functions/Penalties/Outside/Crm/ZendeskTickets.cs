using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Penalties.Outside.Crm;

/// <summary>
/// Writes to a Zendesk ticket. Everything one step has to say is one safe update: comment, tags and fields together, refused by Zendesk
/// when somebody else changed the ticket since it was read. Comments are always internal.
/// </summary>
public sealed class ZendeskTickets(HttpClient http, ZendeskPace pace, IOptions<ZendeskOptions> options)
{
    private const string System = OutsideSystems.Crm;

    /// <summary>How often a race for one ticket is tried again at once.</summary>
    private const int Races = 5;

    private readonly ZendeskOptions _options = options.Value;

    /// <summary>
    /// Writes the lines whose marker does not stand on the ticket yet, as one internal comment, with the tags and fields.
    /// </summary>
    /// <returns>Null when it is written; a code when the CRM will never take it: no such ticket, or a closed one.</returns>
    public async Task<string?> Update(string ticket, TicketUpdate update, CancellationToken cancellation)
    {
        const string Operation = "ticket-update";
        for (var race = 1; ; race++)
        {
            if (await Read<TicketAnswer>($"tickets/{Uri.EscapeDataString(ticket)}.json", cancellation) is not { Ticket: var current })
            {
                return OutsideCall.Code(HttpStatusCode.NotFound);
            }

            var missing = await Missing(ticket, current, update.Lines, cancellation);
            if (missing.Count == 0 && current.Shows(update))
            {
                // An update that changes nothing would be an update all the same, and its webhook would come back to us.
                return null;
            }

            var change = new TicketChange(
                missing.Count == 0 ? null : new Comment(string.Join("\n", missing.Select(line => line.Text)), Public: false, _options.AgentId),
                [.. current.Tags.Union(update.Tags).Union(missing.Select(line => line.Tag).OfType<string>())],
                [.. update.Fields.Where(field => field.Key > 0).Select(field => new CustomField(field.Key, field.Value))],
                current.UpdatedAt,
                SafeUpdate: "true");

            using var request = Request(HttpMethod.Put, $"tickets/{Uri.EscapeDataString(ticket)}.json");
            request.Content = JsonContent.Create(new TicketBody(change));
            await pace.UntilUpdateAllowed(ticket, cancellation);
            using var response = await http.SendTo(System, Operation, request, cancellation);
            pace.Heard(response);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.UnprocessableEntity)
            {
                return OutsideCall.Code(response.StatusCode);
            }

            if (response.StatusCode is not HttpStatusCode.Conflict || race == Races)
            {
                response.OrUnavailable(System, Operation);
                return null;
            }
        }
    }

    /// <summary>A ticket with its custom fields, or null when there is none of this id.</summary>
    public async Task<CrmTicket?> Find(string ticket, CancellationToken cancellation) =>
        await Read<TicketAnswer>($"tickets/{Uri.EscapeDataString(ticket)}.json", cancellation) is { Ticket: var found } ? found.ToTicket() : null;

    /// <summary>Open tickets with this tag, saved at or after the instant, the one saved first at the beginning: one page of at most 100.</summary>
    public async Task<TicketPage> Search(string tag, DateTimeOffset since, int page, CancellationToken cancellation)
    {
        var query = Uri.EscapeDataString(string.Create(
            CultureInfo.InvariantCulture, $"type:ticket tags:{tag} status<closed updated>={since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
        var answer = await Read<SearchAnswer>(
            string.Create(CultureInfo.InvariantCulture, $"search.json?query={query}&sort_by=updated_at&sort_order=asc&per_page=100&page={page}"), cancellation);
        return new([.. (answer?.Results ?? []).Select(found => found.ToTicket())], answer?.NextPage is not null);
    }

    private async Task<IReadOnlyList<MarkedLine>> Missing(
        string ticket, Ticket current, IReadOnlyList<MarkedLine> lines, CancellationToken cancellation)
    {
        lines = [.. lines.Where(line => line.Tag is null || !current.Tags.Contains(line.Tag))];
        if (lines.All(line => line.Tag is not null))
        {
            return lines;
        }

        var bodies = new List<string>();
        for (string? page = $"tickets/{Uri.EscapeDataString(ticket)}/comments.json"; page is not null;)
        {
            var answer = await Read<CommentsAnswer>(page, cancellation);
            bodies.AddRange(answer?.Comments.Select(comment => comment.Body ?? "") ?? []);
            page = answer?.NextPage;
        }

        return [.. lines.Where(line => line.Tag is not null || !bodies.Any(line.StandsIn))];
    }

    private async Task<T?> Read<T>(string path, CancellationToken cancellation)
        where T : class
    {
        const string Operation = "ticket-read";
        await pace.UntilCallAllowed(cancellation);
        using var request = Request(HttpMethod.Get, path);
        using var response = await http.SendTo(System, Operation, request, cancellation);
        pace.Heard(response);
        return response.StatusCode is HttpStatusCode.NotFound
            ? null
            : await response.OrUnavailable(System, Operation).ReadAs<T>(System, Operation, cancellation);
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(new Uri(_options.BaseUrl.Dir(), "api/v2/"), path));
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_options.Email}/token:{_options.ApiToken}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        return request;
    }

    private sealed record TicketBody([property: JsonPropertyName("ticket")] TicketChange Ticket);

    private sealed record TicketChange(
        [property: JsonPropertyName("comment"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Comment? Comment,
        [property: JsonPropertyName("tags")] IReadOnlyList<string> Tags,
        [property: JsonPropertyName("custom_fields")] IReadOnlyList<CustomField> CustomFields,
        [property: JsonPropertyName("updated_stamp")] string UpdatedStamp,
        [property: JsonPropertyName("safe_update")] string SafeUpdate);

    private sealed record Comment(
        [property: JsonPropertyName("body")] string? Body,
        [property: JsonPropertyName("public")] bool Public,
        [property: JsonPropertyName("author_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? AuthorId);

    private sealed record CustomField([property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("value")] string Value);

    private sealed record TicketAnswer([property: JsonPropertyName("ticket")] Ticket Ticket);

    private sealed record SearchAnswer(
        [property: JsonPropertyName("results")] IReadOnlyList<Ticket> Results,
        [property: JsonPropertyName("next_page")] string? NextPage);

    private sealed record Ticket(
        [property: JsonPropertyName("id")] long Id,
        [property: JsonPropertyName("updated_at")] string UpdatedAt,
        [property: JsonPropertyName("tags")] IReadOnlyList<string> Tags,
        [property: JsonPropertyName("custom_fields")] IReadOnlyList<FieldValue>? Fields = null)
    {
        public bool Shows(TicketUpdate update) => !update.Tags.Except(Tags).Any()
            && update.Fields.Where(field => field.Key > 0).All(field => (Fields ?? []).Any(shown => shown.Id == field.Key && shown.Text == field.Value));

        public CrmTicket ToTicket() => new(Id, UpdatedAt, (Fields ?? []).ToDictionary(field => field.Id, field => field.Text));
    }

    private sealed record FieldValue([property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("value")] JsonElement Value)
    {
        public string? Text => Value.ValueKind switch
        {
            JsonValueKind.String => Value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Value.GetRawText(),
            _ => null,
        };
    }

    private sealed record CommentsAnswer(
        [property: JsonPropertyName("comments")] IReadOnlyList<Comment> Comments,
        [property: JsonPropertyName("next_page")] string? NextPage);
}

/// <summary>A ticket as the CRM has it.</summary>
/// <param name="UpdatedAt">ISO 8601, as the CRM writes it.</param>
/// <param name="Fields">Custom field id → value; null for an empty one.</param>
public sealed record CrmTicket(long Id, string UpdatedAt, IReadOnlyDictionary<long, string?> Fields);

/// <param name="HasMore">There is a page behind it.</param>
public sealed record TicketPage(IReadOnlyList<CrmTicket> Tickets, bool HasMore);

/// <summary>What one step writes to a ticket.</summary>
/// <param name="Tags">Added to those the ticket has.</param>
/// <param name="Fields">Custom field id → value; id 0 means the field is not configured.</param>
public sealed record TicketUpdate(IReadOnlyList<MarkedLine> Lines, IReadOnlyList<string> Tags, IReadOnlyDictionary<long, string> Fields);

/// <summary>
/// A line of a note and how it is recognised on the ticket: by its marker; by a tag that is added together with it, where it has to stand there word
/// for word and another case of the ticket may say the same; else as a whole line.
/// </summary>
public sealed record MarkedLine(string Text, string? Marker, string? Tag = null)
{
    public bool StandsIn(string body) => Marker is not null
        ? body.Contains(Marker, StringComparison.Ordinal)
        : body.Split('\n').Any(line => line.Trim() == Text);
}
