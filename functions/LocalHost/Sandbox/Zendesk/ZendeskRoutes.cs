namespace LocalHost.Sandbox.Zendesk;

/// <summary>The part of Zendesk's Tickets API the app uses: read a ticket and its comments, update it, add tags.</summary>
internal sealed class ZendeskRoutes(ZendeskGate gate, TicketDesk desk)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/zendesk/api/v2");
        foreach (var suffix in (string[])["", ".json"])
        {
            api.Get("/tickets/{id:long}" + suffix, GetTicket);
            api.Put("/tickets/{id:long}" + suffix, UpdateTicket);
            api.Get("/tickets/{id:long}/comments" + suffix, GetComments);
            api.Put("/tickets/{id:long}/tags" + suffix, AddTags);
        }

        routes.Rest("/zendesk", http => gate.Answer(http, SandboxOperations.Unknown, () =>
            ZendeskGate.Refuse(404, $"no such address: {http.Request.Method} {http.Request.Path}", "InvalidEndpoint", "Not found")));
    }

    private Task<IResult> GetTicket(HttpContext http) => gate.Answer(http, SandboxOperations.TicketGet, () =>
        Find(http) is { } ticket ? ZendeskGate.Json(new { ticket }) : ZendeskGate.NotFound());

    private async Task<IResult> UpdateTicket(HttpContext http)
    {
        var (body, problem) = await RequestBody.Read<TicketUpdateBody>(http, SandboxJson.Snake);
        return await gate.Answer(http, SandboxOperations.TicketUpdate, () => body?.Ticket is { } change
            ? Written(desk.Update(http.Id(), change), () => ZendeskGate.Json(new { ticket = Find(http) }))
            : NoJson(problem ?? "ticket is missing"));
    }

    private async Task<IResult> AddTags(HttpContext http)
    {
        var (body, problem) = await RequestBody.Read<TagsBody>(http, SandboxJson.Snake);
        return await gate.Answer(http, SandboxOperations.TagAdd, () => body?.Tags is not null
            ? Written(desk.AddTags(http.Id(), body), () => ZendeskGate.Json(new { tags = Find(http)?.Tags }))
            : NoJson(problem ?? "tags is missing"));
    }

    private Task<IResult> GetComments(HttpContext http) => gate.Answer(http, SandboxOperations.CommentList, () =>
        OffsetPage.Read(http, out var page) is { } refusal ? refusal
        : desk.Comments(http.Id()) is not { } oldestFirst ? ZendeskGate.NotFound()
        : Comments(page, http.Request.Query["sort_order"] == "desc" ? [.. oldestFirst.Reverse()] : oldestFirst));

    private static IResult Comments(OffsetPage page, IReadOnlyList<CommentView> all) => ZendeskGate.Json(new
    {
        comments = page.Of(all),
        count = all.Count,
        nextPage = page.Next(all.Count),
        previousPage = page.Previous(),
    });

    private TicketView? Find(HttpContext http) => desk.Find(http.Id(), ZendeskGate.BaseUrl(http));

    private static IResult Written(TicketWrite result, Func<IResult> done) => result switch
    {
        TicketWrite.Done => done(),
        TicketWrite.NotFound => ZendeskGate.NotFound(),
        TicketWrite.OutdatedStamp =>
            ZendeskGate.Refuse(409, "updated_stamp is outdated", "UpdateConflict", "The ticket was changed since updated_stamp"),
        TicketWrite.TooManyComments => ZendeskGate.Invalid("the ticket has 5,000 comments", "Ticket: too many comments"),
        TicketWrite.CommentWithoutBody => ZendeskGate.Invalid("comment without body", "Description: cannot be blank"),
        TicketWrite.Closed => ZendeskGate.Invalid("the ticket is closed", "Status: closed prevents ticket update", "status"),
    };

    private static Refusal NoJson(string problem) => ZendeskGate.Refuse(400, problem, "InvalidJson", problem);
}
