using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LocalHost.Sandbox.Zendesk;

/// <summary>The part of Zendesk's Tickets API the app uses: read a ticket and its comments, update it, add tags.</summary>
internal sealed class ZendeskRoutes(CrmAccount account, TicketDesk desk, RequestGate gate)
{
    private const int MostPerPage = 100;

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

        routes.Rest("/zendesk", http => Answer(http, SandboxOperations.Unknown, () =>
            Refuse(404, $"no such address: {http.Request.Method} {http.Request.Path}", "InvalidEndpoint", "Not found")));
    }

    private Task<IResult> GetTicket(HttpContext http) => Answer(http, SandboxOperations.TicketGet, () =>
        desk.Find(http.Id(), BaseUrl(http)) is { } ticket ? Json(new { ticket }) : NotFound());

    private async Task<IResult> UpdateTicket(HttpContext http)
    {
        var id = http.Id();
        var (body, problem) = await RequestBody.Read<TicketUpdateBody>(http, SandboxJson.Snake);
        return await Answer(http, SandboxOperations.TicketUpdate, () => body?.Ticket is { } change
            ? Written(desk.Update(id, change), () => Json(new { ticket = desk.Find(id, BaseUrl(http)) }))
            : Refuse(400, problem ?? "ticket is missing", "InvalidJson", problem ?? "ticket is missing"));
    }

    private async Task<IResult> AddTags(HttpContext http)
    {
        var id = http.Id();
        var (body, problem) = await RequestBody.Read<TagsBody>(http, SandboxJson.Snake);
        return await Answer(http, SandboxOperations.TagAdd, () => body?.Tags is not null
            ? Written(desk.AddTags(id, body), () => Json(new { tags = desk.Find(id, BaseUrl(http))?.Tags }))
            : Refuse(400, problem ?? "tags is missing", "InvalidJson", problem ?? "tags is missing"));
    }

    private Task<IResult> GetComments(HttpContext http) => Answer(http, SandboxOperations.CommentList, () =>
        desk.Comments(http.Id()) is { } all ? Comments(http, http.Id(), all) : NotFound());

    private static IResult Comments(HttpContext http, long id, IReadOnlyList<CommentView> all)
    {
        var page = Math.Max(http.Query<int>("page") ?? 1, 1);
        var perPage = Math.Clamp(http.Query<int>("per_page") ?? MostPerPage, 1, MostPerPage);
        var sortOrder = (string?)http.Request.Query["sort_order"];
        var ordered = sortOrder == "desc" ? all.Reverse() : all;
        return Json(new
        {
            comments = ordered.Skip((page - 1) * perPage).Take(perPage),
            count = all.Count,
            nextPage = page * perPage < all.Count ? PageUrl(http, id, page + 1, perPage, sortOrder) : null,
            previousPage = page > 1 ? PageUrl(http, id, page - 1, perPage, sortOrder) : null,
        });
    }

    private Task<IResult> Answer(HttpContext http, string operation, Func<IResult> act) =>
        gate.Answer(http, SandboxSystem.Crm, operation, () => IsAgent(http.Request)
            ? act()
            : new Refusal(401, "wrong or missing credentials", new { error = "Couldn't authenticate you" }, SandboxJson.Snake));

    /// <summary>Basic credentials of an API token are <c>{email}/token:{token}</c>.</summary>
    private bool IsAgent(HttpRequest request)
    {
        var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account.Email}/token:{account.ApiToken}"));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()), Encoding.UTF8.GetBytes(expected));
    }

    private static IResult Written(TicketWrite result, Func<IResult> done) => result switch
    {
        TicketWrite.Done => done(),
        TicketWrite.NotFound => NotFound(),
        TicketWrite.OutdatedStamp => Refuse(409, "updated_stamp is outdated", "UpdateConflict", "The ticket was changed since updated_stamp"),
        TicketWrite.TooManyComments => Invalid("the ticket has 5,000 comments", "Ticket: too many comments"),
        TicketWrite.CommentWithoutBody => Invalid("comment without body", "Description: cannot be blank"),
    };

    private static Refusal NotFound() => Refuse(404, "no such ticket", "RecordNotFound", "Not found");

    private static Refusal Invalid(string reason, string description) => new(
        422,
        reason,
        new { error = "RecordInvalid", description = "Record validation errors", details = new { @base = new[] { new { description } } } },
        SandboxJson.Snake);

    private static Refusal Refuse(int status, string reason, string error, string description) =>
        new(status, reason, new { error, description }, SandboxJson.Snake);

    private static IResult Json(object body) => Results.Json(body, SandboxJson.Snake);

    private static string BaseUrl(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}/zendesk";

    private static string PageUrl(HttpContext http, long id, int page, int perPage, string? sortOrder) => string.Create(
        CultureInfo.InvariantCulture,
        $"{BaseUrl(http)}/api/v2/tickets/{id}/comments.json?page={page}&per_page={perPage}{(sortOrder is null ? "" : $"&sort_order={sortOrder}")}");
}
