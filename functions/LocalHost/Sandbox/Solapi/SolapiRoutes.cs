namespace LocalHost.Sandbox.Solapi;

/// <summary>The part of Solapi v4 the app uses: groups, sending at once, look-up, balance.</summary>
internal sealed class SolapiRoutes(SmsAccount account, SolapiAuthorization authorization, SmsGateway gateway, RequestGate gate)
{
    private const int UsualLimit = 20;
    private const int MostAtOnce = 500;
    private const int MostMessages = 10_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        var groups = routes.MapGroup("/solapi/messages/v4/groups");
        groups.Post("", CreateGroup);
        groups.Put("/{groupId}/messages", AddMessages);
        groups.Post("/{groupId}/send", http => Answer(http, SandboxOperations.GroupSend, () =>
            Said(gateway.Send(GroupId(http)), view => Json(view!))));
        groups.Get("/{groupId}", http => Answer(http, SandboxOperations.LookUp, () =>
            gateway.Group(GroupId(http)) is { } group ? Json(group) : NoGroup()));
        groups.Get("/{groupId}/messages", http => Answer(http, SandboxOperations.LookUp, () =>
            gateway.HasGroup(GroupId(http)) ? List(http, new() { GroupId = GroupId(http) }) : NoGroup()));

        routes.Post("/solapi/messages/v4/send-many/detail", SendMany);
        routes.Get("/solapi/messages/v4/list", http => Answer(http, SandboxOperations.LookUp, () => Filter(http.Request.Query) is { } filter
            ? List(http, filter)
            : Refuse(400, "ValidationError", "startDate and endDate must be ISO 8601, dateType CREATED or UPDATED")));
        routes.Get("/solapi/cash/v1/balance", http => Answer(http, SandboxOperations.Balance, () =>
            Json(new { accountId = SmsGateway.AccountId, balance = account.Balance, point = 0, deposit = 0 })));
        routes.Rest("/solapi", http => Answer(http, SandboxOperations.Unknown, () =>
            Refuse(404, "ResourceNotFound", $"no such address: {http.Request.Method} {http.Request.Path}")));
    }

    private async Task<IResult> CreateGroup(HttpContext http)
    {
        var (body, problem) = await RequestBody.Read<GroupBody>(http, SandboxJson.Camel);
        return await Answer(http, SandboxOperations.GroupCreate, () => body is null
            ? Refuse(400, "ValidationError", problem!)
            : Json(gateway.Create(
                body.AllowDuplicates ?? false, body.CustomFields, new(body.AppId, body.SdkVersion, body.OsPlatform)).View));
    }

    private async Task<IResult> AddMessages(HttpContext http)
    {
        var (body, problem) = await RequestBody.Read<MessagesBody>(http, SandboxJson.Camel);
        return await Answer(http, SandboxOperations.GroupAdd, () => Count(body?.Messages, problem) ?? Said(
            gateway.Add(GroupId(http), body!.Messages!),
            registered => Json(new { errorCount = registered.Count(r => r.StatusCode != SolapiStatus.Accepted), resultList = registered })));
    }

    private async Task<IResult> SendMany(HttpContext http)
    {
        var (body, problem) = await RequestBody.Read<SendManyBody>(http, SandboxJson.Camel);
        return await Answer(http, SandboxOperations.SendMany, () =>
        {
            if (Count(body?.Messages, problem) is { } refusal)
            {
                return refusal;
            }

            if (body!.ScheduledDate is not null)
            {
                return Refuse(400, "ValidationError", "the sandbox does not schedule: scheduledDate must be left out");
            }

            var (groupId, empty) = gateway.Create(body.AllowDuplicates ?? false, null, body.Agent ?? new());
            var registered = gateway.Add(groupId, body.Messages!).Registered;
            var sent = gateway.Send(groupId).View;
            var failedMessageList = registered.Where(r => r.StatusCode != SolapiStatus.Accepted);
            var groupInfo = sent ?? gateway.Group(groupId) ?? empty;
            return body.ShowMessageList == true
                ? Json(new { failedMessageList, groupInfo, messageList = registered })
                : Json(new { failedMessageList, groupInfo });
        });
    }

    private IResult List(HttpContext http, MessageFilter filter)
    {
        var startKey = (string?)http.Request.Query["startKey"];
        var limit = Math.Clamp(http.Query<int>("limit") ?? UsualLimit, 1, MostAtOnce);
        var (messageList, nextKey) = gateway.List(filter, startKey, limit);
        return Json(new { startKey, nextKey, limit, messageList });
    }

    private Task<IResult> Answer(HttpContext http, string operation, Func<IResult> act) => gate.Answer(http, SandboxSystem.Sms, operation, () =>
        authorization.Refuse(http.Request.Headers.Authorization.ToString()) is { } no ? Refuse(no.Status, no.Code, no.Message) : act());

    /// <summary>Null when a date or its type cannot be read.</summary>
    private static MessageFilter? Filter(IQueryCollection query)
    {
        var dateType = query["dateType"].ToString();
        if (!Date(query["startDate"], out var start) || !Date(query["endDate"], out var end) || dateType is not ("" or "CREATED" or "UPDATED"))
        {
            return null;
        }

        return new()
        {
            MessageIds = query["messageId"].Concat(query["messageIds"]).OfType<string>().ToHashSet(StringComparer.Ordinal),
            GroupId = query["groupId"],
            To = query["to"],
            From = query["from"],
            Type = query["type"],
            StatusCode = query["statusCode"],
            ByUpdate = dateType == "UPDATED",
            StartDate = start,
            EndDate = end,
        };
    }

    private static bool Date(string? text, out DateTimeOffset? date)
    {
        date = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed : null;
        return string.IsNullOrEmpty(text) || date is not null;
    }

    private static string GroupId(HttpContext http) => http.Part("groupId");

    private static Refusal? Count(IReadOnlyList<MessageBody>? messages, string? problem) => messages switch
    {
        null => Refuse(400, "ValidationError", problem ?? "messages must be an array"),
        { Count: < 1 or > MostMessages } => Refuse(400, "ValidationError", $"messages must hold 1 to {MostMessages}"),
        _ => null,
    };

    private static IResult Said<T>((GroupResult Result, T Value) said, Func<T, IResult> done) => said.Result switch
    {
        GroupResult.Done => done(said.Value),
        GroupResult.NotFound => NoGroup(),
        GroupResult.AlreadySent => Refuse(400, "InvalidStatus", "the group was sent already"),
        GroupResult.NothingToSend => Refuse(404, "ResourceNotFound", "the group has no message to send"),
    };

    private static Refusal NoGroup() => Refuse(404, "ResourceNotFound", "no such group");

    private static Refusal Refuse(int status, string errorCode, string errorMessage) =>
        new(status, $"{errorCode}: {errorMessage}", new { errorCode, errorMessage }, SandboxJson.Camel);

    private static IResult Json(object body) => Results.Json(body, SandboxJson.Camel);
}
