namespace Penalties.Access;

/// <summary><c>GET /api/openapi.json</c>: what the app's routes take and give, with examples.</summary>
public sealed class GetOpenApi(ApiDocument document)
{
    [Function(nameof(GetOpenApi))]
    [OpenToAll("It tells how to call the product, and nothing of what it holds.")]
    [Api("This document")]
    public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request) =>
        new ContentResult { Content = document.Json, ContentType = "application/json; charset=utf-8" };
}
