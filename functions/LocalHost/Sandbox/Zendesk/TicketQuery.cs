using System.Text.RegularExpressions;

namespace LocalHost.Sandbox.Zendesk;

/// <summary>
/// A search for tickets: terms that all have to hold, each <c>keyword operator value</c>, with a minus in front for the opposite. The sandbox
/// knows type, tags, status, created and updated. Zendesk would take anything else for a text to look for; here it is refused, so that a
/// misspelt term is seen.
/// </summary>
internal sealed partial class TicketQuery
{
    private static readonly string[] s_statuses = ["new", "open", "pending", "hold", "solved", "closed"];

    private readonly List<Func<Ticket, bool>> _terms = [];

    /// <summary>Null with the query, or what is wrong with the text.</summary>
    public static string? Parse(string text, out TicketQuery query)
    {
        query = new();
        var terms = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (terms.Length == 0)
        {
            return "query is missing";
        }

        if (terms.Count(term => term.StartsWith("tags:", StringComparison.Ordinal)) > 1)
        {
            return "the sandbox does not know how Zendesk combines several tags";
        }

        foreach (var term in terms)
        {
            var match = Term().Match(term);
            if (!match.Success || Condition(match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value.Trim('"')) is not { } condition)
            {
                return $"the sandbox does not know the term {term}: type:ticket, tags:NAME, status and an operator, created or updated, an operator "
                    + "other than ':' and an instant such as 2026-09-18T13:30:00Z";
            }

            var not = match.Groups[1].Length > 0;
            query._terms.Add(ticket => condition(ticket) != not);
        }

        return null;
    }

    public bool Matches(Ticket ticket) => _terms.TrueForAll(term => term(ticket));

    /// <summary>A status' place in a ticket's life: what <c>&lt;</c> and sorting go by.</summary>
    public static int Place(string status) => Array.IndexOf(s_statuses, status);

    private static Func<Ticket, bool>? Condition(string keyword, string comparison, string value) => (keyword, comparison) switch
    {
        ("type", ":") => _ => value == "ticket",
        ("tags", ":") => ticket => ticket.Tags.Contains(value),
        ("status", _) when Place(value) >= 0 => ticket => Holds(Place(ticket.Status).CompareTo(Place(value)), comparison),
        ("created" or "created_at", not ":") when Instant(value) is { } instant => ticket => Holds(ticket.CreatedAt.CompareTo(instant), comparison),
        ("updated" or "updated_at", not ":") when Instant(value) is { } instant => ticket => Holds(ticket.UpdatedAt.CompareTo(instant), comparison),
        _ => null,
    };

    private static bool Holds(int order, string comparison) => comparison switch
    {
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        ">=" => order >= 0,
        ":" => order == 0,
        _ => throw new InvalidOperationException($"'{comparison}' is no operator"),
    };

    private static DateTimeOffset? Instant(string text) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : null;

    [GeneratedRegex("^(-?)([a-z_]+)(<=|>=|<|>|:)(.+)$")]
    private static partial Regex Term();
}
