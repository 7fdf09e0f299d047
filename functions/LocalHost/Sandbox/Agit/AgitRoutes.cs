namespace LocalHost.Sandbox.Agit;

/// <summary>Agit's incoming webhook (post, comment) and the reading part of its bot API v2.</summary>
internal sealed class AgitRoutes(BoardAccount account, BoardWall wall, RequestGate gate)
{
    private const int UsualLimit = 20;
    private const int MostAtOnce = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/agit/webhook/{token}", Write);

        var bot = routes.MapGroup("/agit/v2");
        bot.Get("/groups", http => LookUp(http, () =>
            Json(new { groups = account.Groups.Take(Limit(http)).Select(g => new { id = g.GroupId, name = g.Name }) })));
        bot.Get("/wall_messages", http => LookUp(http, () =>
            http.Query<long>("group_id") is { } id && account.Groups.Any(g => g.GroupId == id)
                ? Json(new { wallMessages = wall.Posts(id, Limit(http), http.Query<long>("latest"), http.Query<long>("oldest")).Select(View) })
                : Refuse(400, "group_not_found")));
        bot.Get("/wall_messages/{id:long}", http => LookUp(http, () =>
            wall.Find(http.Id()) is { } message ? Json(new { wallMessage = View(message) }) : Refuse(404, "not_found")));
        bot.Get("/wall_messages/{id:long}/comments", http => LookUp(http, () =>
            wall.Find(http.Id()) is { ParentId: null } post
                ? Json(new { comments = wall.Comments(post.Id, Limit(http)).Select(CommentView) })
                : Refuse(404, "not_found")));

        // The address is not repeated: a webhook's holds its token.
        routes.Rest("/agit", http => gate.Answer(http, SandboxSystem.Board, SandboxOperations.Unknown, () => Refuse(404, "no_such_address")));
    }

    /// <summary>Without <c>parent_id</c> a post, with it a comment. JSON or a form, as the real one takes both.</summary>
    private async Task<IResult> Write(HttpContext http)
    {
        var (body, problem) = http.Request.HasFormContentType
            ? (Form(await http.Request.ReadFormAsync(http.RequestAborted)), null)
            : await RequestBody.Read<WebhookBody>(http, SandboxJson.Snake);
        var operation = body?.ParentId is null ? SandboxOperations.Post : SandboxOperations.Comment;

        return await gate.Answer(http, SandboxSystem.Board, operation, () =>
        {
            if (account.Groups.FirstOrDefault(g => g.WebhookToken == http.Part("token")) is not { } group)
            {
                return Refuse(404, "webhook_not_found");
            }

            if (string.IsNullOrWhiteSpace(body?.Text))
            {
                return Refuse(400, problem is null ? "text_required" : "invalid_json");
            }

            return wall.Add(group, body.ParentId, body.Text) is { } message ? Json(View(message)) : Refuse(404, "parent_not_found");
        });
    }

    private Task<IResult> LookUp(HttpContext http, Func<IResult> act) =>
        gate.Answer(http, SandboxSystem.Board, SandboxOperations.LookUp, () =>
            BearerToken.Matches(http.Request, account.BotToken) ? act() : Refuse(401, "invalid_authorization_header"));

    private static WebhookBody Form(IFormCollection form) =>
        new(form["text"], long.TryParse(form["parent_id"], out var parent) ? parent : null);

    private static object View(WallMessage message) => new
    {
        id = message.Id,
        text = message.Text,
        groupId = message.Group.GroupId,
        parentId = message.ParentId,
        isParent = message.ParentId is null,
        firstThreadId = message.ParentId ?? message.Id,
        createdTime = message.At.ToUnixTimeSeconds(),
        updatedTime = message.At.ToUnixTimeSeconds(),
    };

    private static object CommentView(WallMessage message) => new
    {
        id = message.Id,
        text = message.Text,
        wallMessageId = message.ParentId,
        createdTime = message.At.ToUnixTimeSeconds(),
    };

    private static int Limit(HttpContext http) => Math.Clamp(http.Query<int>("limit") ?? UsualLimit, 1, MostAtOnce);

    private static IResult Json(object body) => Results.Json(body, SandboxJson.Snake);

    private static Refusal Refuse(int status, string error) => new(status, error, new { error }, SandboxJson.Snake);

    private sealed record WebhookBody(string? Text, long? ParentId);
}
