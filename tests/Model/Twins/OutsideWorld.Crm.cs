using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Model.Tests.Twins;

/// <summary>Tickets: read, comments, safe updates. Every ticket exists.</summary>
internal sealed partial class OutsideWorld
{
    private readonly Dictionary<string, Ticket> _tickets = [];
    private int _refusals;

    /// <summary>All comments written, ticket and text.</summary>
    public IReadOnlyList<(string Ticket, string Text, bool Public)> Notes()
    {
        lock (_gate)
        {
            return [.. _tickets.SelectMany(ticket => ticket.Value.Comments.Select(comment => (ticket.Key, comment.Text, comment.Public)))];
        }
    }

    /// <summary>The next writes to a ticket are refused for good.</summary>
    public void RefuseNotes(int writes)
    {
        lock (_gate)
        {
            _refusals = writes;
        }
    }

    private HttpResponseMessage Crm(HttpMethod method, string[] path, JsonNode? body)
    {
        var id = path[1].Replace(".json", "", StringComparison.Ordinal);
        if (!_tickets.TryGetValue(id, out var ticket))
        {
            ticket = _tickets[id] = new();
        }

        if (path.Length > 2)
        {
            return Ok(new JsonObject
            {
                ["comments"] = new JsonArray([.. ticket.Comments.Select(comment => new JsonObject { ["body"] = comment.Text })]),
                ["next_page"] = null,
            });
        }

        if (method == HttpMethod.Put)
        {
            if (_refusals > 0)
            {
                _refusals--;
                return Answer(HttpStatusCode.UnprocessableEntity, new JsonObject());
            }

            var change = body!["ticket"]!;
            if ((string?)change["updated_stamp"] != ticket.Stamp)
            {
                return Answer(HttpStatusCode.Conflict, new JsonObject());
            }

            ticket.Version++;
            if (change["comment"] is { } comment)
            {
                ticket.Comments.Add(((string)comment["body"]!, (bool)comment["public"]!));
            }
        }

        return Ok(new JsonObject { ["ticket"] = new JsonObject { ["updated_at"] = ticket.Stamp, ["tags"] = new JsonArray() } });
    }

    private sealed class Ticket
    {
        public int Version { get; set; }

        public List<(string Text, bool Public)> Comments { get; } = [];

        public string Stamp => Version.ToString(CultureInfo.InvariantCulture);
    }
}
