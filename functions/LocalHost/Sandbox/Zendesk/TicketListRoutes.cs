namespace LocalHost.Sandbox.Zendesk;

/// <summary>The two ways to find tickets without knowing their ids: search, and the export of what changed.</summary>
internal sealed class TicketListRoutes(ZendeskGate gate, TicketDesk desk, TimeProvider clock)
{
    /// <summary>Zendesk counts all results and gives the first thousand.</summary>
    private const int MostResults = 1_000;

    private const int MostExported = 1_000;

    /// <summary>What changed within the last minute is not exported yet, so that nothing that is still being written is passed over.</summary>
    private static readonly TimeSpan s_tooRecent = TimeSpan.FromMinutes(1);

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/zendesk/api/v2");
        foreach (var suffix in (string[])["", ".json"])
        {
            api.Get("/search" + suffix, http => gate.Answer(http, SandboxOperations.TicketSearch, () => Search(http)));
            api.Get("/incremental/tickets/cursor" + suffix, http => gate.Answer(http, SandboxOperations.TicketExport, () => Export(http)));
        }
    }

    private IResult Search(HttpContext http)
    {
        if (OffsetPage.Read(http, out var page) is { } refusal)
        {
            return refusal;
        }

        if (page.End > MostResults)
        {
            return InvalidSearch("Requested response size was greater than Search Response Limits");
        }

        var wanted = http.Request.Query;
        if (TicketQuery.Parse(wanted["query"].ToString(), out var query) is { } problem)
        {
            return InvalidSearch(problem);
        }

        if (Order(wanted["sort_by"].ToString(), wanted["sort_order"].ToString()) is not { } order)
        {
            return InvalidSearch("sort_by must be updated_at, created_at or status, sort_order asc or desc");
        }

        var found = desk.Select(tickets => order(tickets.Where(query.Matches)), ZendeskGate.BaseUrl(http));
        return ZendeskGate.Json(new
        {
            results = page.Of(found).Select(ticket => ticket with { ResultType = "ticket" }),
            facets = (object?)null,
            nextPage = page.Next(found.Count),
            previousPage = page.Previous(),
            count = found.Count,
        });
    }

    /// <summary>Zendesk sorts by relevance when it is told nothing; all matches being equal here, the newest change comes first.</summary>
    private static Func<IEnumerable<Ticket>, IEnumerable<Ticket>>? Order(string sortBy, string sortOrder)
    {
        Func<Ticket, IComparable>? key = sortBy switch
        {
            "updated_at" or "" => ticket => ticket.UpdatedAt,
            "created_at" => ticket => ticket.CreatedAt,
            "status" => ticket => TicketQuery.Place(ticket.Status),
            _ => null,
        };
        return (key, sortOrder) switch
        {
            (null, _) => null,
            (_, "asc") => tickets => tickets.OrderBy(key).ThenBy(ticket => ticket.Id),
            (_, "desc" or "") => tickets => tickets.OrderByDescending(key).ThenByDescending(ticket => ticket.Id),
            _ => null,
        };
    }

    private IResult Export(HttpContext http)
    {
        var until = clock.GetUtcNow() - s_tooRecent;
        var given = http.Request.Query["cursor"].ToString();
        if (Begin(given, http.Query<long>("start_time"), until, out var cursor) is { } refusal)
        {
            return refusal;
        }

        var limit = Math.Clamp(http.Query<int>("per_page") ?? MostExported, 1, MostExported);
        var changed = desk.Select(
            tickets => tickets
                .Where(ticket => cursor.IsBefore(ticket) && ticket.UpdatedAt <= until)
                .OrderBy(ticket => ticket.UpdatedAt).ThenBy(ticket => ticket.Id)
                .Take(limit + 1),
            ZendeskGate.BaseUrl(http));
        var page = changed.Take(limit).ToList();
        var after = page.Count > 0 ? new ExportCursor(page[^1].GeneratedTimestamp, page[^1].Id).ToString() : given.Length > 0 ? given : null;
        return ZendeskGate.Json(new
        {
            tickets = page,
            afterUrl = after is null ? null : $"{ZendeskGate.BaseUrl(http)}/api/v2/incremental/tickets/cursor.json?cursor={Uri.EscapeDataString(after)}",
            afterCursor = after,
            beforeUrl = (string?)null,
            beforeCursor = (string?)null,
            endOfStream = changed.Count <= limit,
        });
    }

    /// <summary>Null with the cursor to begin at, or what is wrong with the request. A cursor given counts, whatever the start time.</summary>
    private static Refusal? Begin(string given, long? startTime, DateTimeOffset until, out ExportCursor cursor)
    {
        cursor = ExportCursor.At(startTime ?? 0);
        if (given.Length > 0)
        {
            if (ExportCursor.Parse(given) is not { } parsed)
            {
                return ZendeskGate.Refuse(400, "the cursor was not given out here", "InvalidParameter", "cursor is not valid");
            }

            cursor = parsed;
            return null;
        }

        return startTime switch
        {
            null => ZendeskGate.Refuse(400, "neither start_time nor cursor", "InvalidParameter", "start_time is required without a cursor"),
            { } second when second > until.ToUnixTimeSeconds() => ZendeskGate.Refuse(
                400, "start_time is within the last minute", "StartTimeTooRecent", "Too recent start_time. Use a start_time older than 60 seconds"),
            _ => null,
        };
    }

    private static Refusal InvalidSearch(string problem) => ZendeskGate.Refuse(422, problem, "invalid", $"Invalid search: {problem}");
}
