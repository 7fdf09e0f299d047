namespace LocalHost.Sandbox.DriverAdmin;

/// <summary>The driver admin system by our own contract: mutual blocks under the caller's key, and outcomes by case.</summary>
internal sealed class DriverAdminRoutes(DriverAdminAccount account, DriverRecords records, RequestGate gate)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/driver-admin/v1");
        api.Put("/mutual-blocks/{key}", Block);
        api.Get("/mutual-blocks/{key}", http => Answer(http, SandboxOperations.MutualBlockGet, () =>
            records.Find(http.Part("key")) is { } block ? Json(View(block)) : Refuse(404, "block_not_found", "No block under this key")));
        api.Delete("/mutual-blocks/{key}", http => Answer(http, SandboxOperations.UnBlock, () =>
            records.Unblock(http.Part("key")) ? Results.NoContent() : Refuse(404, "block_not_found", "No block under this key")));
        api.Post("/mutual-block-look-ups", LookUp);
        api.Get("/outcomes/{caseId}", http => Answer(http, SandboxOperations.Outcome, () => Outcome(http.Part("caseId"))));
        api.Get("/drivers/{driverId}/record", http => Answer(http, SandboxOperations.DriverRecord, () => Record(http.Part("driverId"))));
        routes.Rest("/driver-admin", http => Answer(http, SandboxOperations.Unknown, () =>
            Refuse(404, "not_found", $"No such address: {http.Request.Method} {http.Request.Path}")));
    }

    private async Task<IResult> Block(HttpContext http)
    {
        var (body, problem) = await RequestBody.Read<BlockBody>(http, SandboxJson.Camel);
        return await Answer(http, SandboxOperations.MutualBlock, () =>
        {
            if (string.IsNullOrWhiteSpace(body?.DriverId) || string.IsNullOrWhiteSpace(body.CustomerId))
            {
                return Refuse(400, "invalid_request", problem ?? "driverId and customerId are required");
            }

            var (result, block) = records.Block(http.Part("key"), body.DriverId, body.CustomerId, body.RequestedBy);
            return result switch
            {
                BlockResult.Created => Results.Json(View(block!), SandboxJson.Camel, statusCode: StatusCodes.Status201Created),
                BlockResult.Repeated => Json(View(block!)),
                BlockResult.KeyReused => Refuse(409, "key_reused", "The key was used for another driver or customer"),
                BlockResult.DriverNotFound => Refuse(404, "driver_not_found", "No such driver"),
            };
        });
    }

    private async Task<IResult> LookUp(HttpContext http)
    {
        var (body, problem) = await RequestBody.Read<PairBody>(http, SandboxJson.Camel);
        return await Answer(http, SandboxOperations.MutualBlockLookUp, () =>
        {
            if (string.IsNullOrWhiteSpace(body?.DriverId) || string.IsNullOrWhiteSpace(body.CustomerId))
            {
                return Refuse(400, "invalid_request", problem ?? "driverId and customerId are required");
            }

            var (directions, since) = records.Apart(body.DriverId, body.CustomerId);
            return since is { } at
                ? Json(new { driverId = body.DriverId, customerId = body.CustomerId, directions, since = at })
                : Json(new { driverId = body.DriverId, customerId = body.CustomerId, directions });
        });
    }

    private IResult Record(string driverId) => records.RecordOf(driverId) is { } record
        ? Json(new { driverId, outcomes = record.Select(one => new { kind = one.Kind, concludedAt = one.ConcludedAt }) })
        : Refuse(404, "driver_not_found", "No such driver");

    private IResult Outcome(string caseId) => records.LookUp(caseId) is { } outcome
        ? Json(new { caseId, state = "concluded", kind = outcome.Kind, decidedBy = outcome.DecidedBy, concludedAt = outcome.ConcludedAt })
        : Json(new { caseId, state = "pending" });

    private Task<IResult> Answer(HttpContext http, string operation, Func<IResult> act) =>
        gate.Answer(http, SandboxSystem.DriverAdmin, operation, () =>
            BearerToken.Matches(http.Request, account.Token) ? act() : Refuse(401, "unauthorized", "Wrong or missing bearer token"));

    private object View(BlockCall block) => new
    {
        key = block.Key,
        driverId = block.DriverId,
        customerId = block.CustomerId,
        directions = records.Apart(block.DriverId, block.CustomerId).Directions,
        blockedAt = block.BlockedAt,
    };

    private static IResult Json(object body) => Results.Json(body, SandboxJson.Camel);

    private static Refusal Refuse(int status, string code, string title) =>
        new(status, code, new { type = "about:blank", title, status, code }, SandboxJson.Camel, "application/problem+json");

    private sealed record PairBody(string? DriverId, string? CustomerId);

    private sealed record BlockBody(string? DriverId, string? CustomerId, string? RequestedBy);
}
