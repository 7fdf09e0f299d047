namespace LocalHost.Sandbox.Nhn;

/// <summary>The part of NHN Cloud's Notification SMS v3.0 the app uses: ordering a long text, and the list of orders.</summary>
internal sealed class NhnRoutes(NhnAccount account, NhnGateway gateway, RequestGate gate)
{
    private const string DateFormat = "yyyy-MM-dd HH:mm:ss";
    private const int UsualPageSize = 15;
    private const int MostPageSize = 1_000;

    private static readonly TimeSpan s_longestRange = TimeSpan.FromDays(31);

    public void Map(IEndpointRouteBuilder routes)
    {
        var sender = routes.MapGroup("/nhn/sms/v3.0/appKeys/{appKey}/sender/mms");
        sender.Post("", Order);
        sender.Get("", http => Answer(http, SandboxOperations.NhnList, () => List(http)));
        routes.Rest("/nhn", http => gate.Answer(http, SandboxSystem.Sms, SandboxOperations.Unknown, () => NhnCodes.Refuse(NhnCodes.NoSuchAddress)));
    }

    private async Task<IResult> Order(HttpContext http)
    {
        var (body, _) = await RequestBody.Read<OrderBody>(http, SandboxJson.Camel);
        var idempotencyKey = http.Request.Headers["X-NC-API-IDEMPOTENCY-KEY"].ToString();
        return await Answer(http, SandboxOperations.NhnSend, () =>
        {
            if (body is null)
            {
                return NhnCodes.Refuse(NhnCodes.WrongJson);
            }

            var (code, data) = gateway.Order(body, idempotencyKey.Length > 0 ? idempotencyKey : null);
            return code == NhnCodes.Success ? Json(new { header = NhnCodes.Header(code), body = new { data } }) : NhnCodes.Refuse(code);
        });
    }

    private IResult List(HttpContext http)
    {
        var query = http.Request.Query;
        var (code, filter) = Filter(query);
        if (filter is null)
        {
            return NhnCodes.Refuse(code);
        }

        var pageNum = Math.Max(http.Query<int>("pageNum") ?? 1, 1);
        var pageSize = Math.Clamp(http.Query<int>("pageSize") ?? UsualPageSize, 1, MostPageSize);
        var (data, totalCount) = gateway.List(filter, pageNum, pageSize);
        return Json(new { header = NhnCodes.Header(NhnCodes.Success), body = new { pageNum, pageSize, totalCount, data } });
    }

    /// <summary>A request id or two dates are required; where both pairs of dates are given, those of the creation count.</summary>
    private static (int Code, OrderFilter? Filter) Filter(IQueryCollection query)
    {
        var filter = new OrderFilter
        {
            RequestId = query["requestId"],
            SenderGroupingKey = query["senderGroupingKey"],
            RecipientNo = query["recipientNo"],
            SendNo = query["sendNo"],
            MsgStatus = query["msgStatus"],
        };
        var pair = query.ContainsKey("startCreateDate") || query.ContainsKey("endCreateDate") ? "CreateDate" : "RequestDate";
        string? start = query[$"start{pair}"], end = query[$"end{pair}"];
        if (start is null || end is null)
        {
            return filter.RequestId is null ? (NhnCodes.NoSearchCondition, null) : (NhnCodes.Success, filter);
        }

        return (NhnTime.Read(start, DateFormat), NhnTime.Read(end, DateFormat)) switch
        {
            (null, _) or (_, null) => (NhnCodes.WrongDate, null),
            ({ } from, { } to) when to - from > s_longestRange => (NhnCodes.RangeTooLong, null),
            var (from, to) => (NhnCodes.Success, filter with { Start = from, End = to }),
        };
    }

    private Task<IResult> Answer(HttpContext http, string operation, Func<IResult> act) => gate.Answer(http, SandboxSystem.Sms, operation, () =>
        http.Part("appKey") != account.AppKey ? NhnCodes.Refuse(NhnCodes.UnknownAppKey)
        : !IsSecret(http.Request.Headers["X-Secret-Key"].ToString()) ? NhnCodes.Refuse(NhnCodes.WrongSecretKey)
        : act());

    private bool IsSecret(string key) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(account.SecretKey));

    private static IResult Json(object body) => Results.Json(body, SandboxJson.Camel);
}
