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
            api.MapGet("/tickets/{id:long}" + suffix, (HttpContext http, long id) =>
                Answer(http, SandboxOperations.TicketGet, () => desk.Find(id, BaseUrl(http)) is { } ticket ? Json(new { ticket }) : NotFound()));
            api.MapPut("/tickets/{id:long}" + suffix, UpdateTicket);
            api.MapGet("/tickets/{id:long}/comments" + suffix, (HttpContext http, long id, int? page, int? per_page, string? sort_order) =>
                Answer(http, SandboxOperations.CommentList, () => Comments(http, id, page ?? 1, per_page ?? MostPerPage, sort_order)));
            api.MapPut("/tickets/{id:long}/tags" + suffix, AddTags);
        }

        routes.Map("/zendesk/{**rest}", (HttpContext http, string? rest) => Answer(http, SandboxOperations.Unknown, () =>
            Refuse(404, $"no such address: {http.Request.Method} {rest}", "InvalidEndpoint", "Not found")));
    }

    private async Task<IResult> UpdateTicket(HttpContext http, long id)
    {
        var (body, problem) = await RequestBody.Read<TicketUpdateBody>(http, SandboxJson.Snake);
        return await Answer(http, SandboxOperations.TicketUpdate, () => body?.Ticket is { } change
            ? Written(desk.Update(id, change), () => Json(new { ticket = desk.Find(id, BaseUrl(http)) }))
            : Refuse(400, problem ?? "ticket is missing", "InvalidJson", problem ?? "ticket is missing"));
    }

    private async Task<IResult> AddTags(HttpContext http, long id)
    {
        var (body, problem) = await RequestBody.Read<TagsBody>(http, SandboxJson.Snake);
        return await Answer(http, SandboxOperations.TagAdd, () => body?.Tags is { } tags
            ? Written(desk.AddTags(id, tags), () => Json(new { tags = desk.Find(id, BaseUrl(http))?.Tags }))
            : Refuse(400, problem ?? "tags is missing", "InvalidJson", problem ?? "tags is missing"));
    }

    private IResult Comments(HttpContext http, long id, int page, int perPage, string? sortOrder)
    {
        if (desk.Comments(id) is not { } all)
        {
            return NotFound();
        }

        perPage = Math.Clamp(perPage, 1, MostPerPage);
        var ordered = sortOrder == "desc" ? all.Reverse() : all;
        var comments = ordered.Skip((Math.Max(page, 1) - 1) * perPage).Take(perPage).ToList();
        return Json(new
        {
            comments,
            count = all.Count,
            nextPage = Math.Max(page, 1) * perPage < all.Count ? PageUrl(http, id, page + 1, perPage, sortOrder) : null,
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
