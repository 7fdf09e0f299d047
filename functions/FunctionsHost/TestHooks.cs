using System.Text.Json.Serialization;

namespace FunctionsHosting;

/// <summary>Routes by which a test drives a host in another process. Never served unless asked for.</summary>
internal static class TestHooks
{
    public static void Map(WebApplication web, FunctionsHost host)
    {
        web.MapPost("/localhost/clock/advance", async (Advance body, CancellationToken aborted) =>
        {
            await host.AdvanceTo(body.To, aborted);
            return Results.Json(new { now = host.Clock.GetUtcNow() });
        });
        web.MapGet("/localhost/idle", async (int? timeout, CancellationToken aborted) =>
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(aborted);
            waiting.CancelAfter(TimeSpan.FromSeconds(Math.Clamp(timeout ?? 60, 1, 600)));
            try
            {
                await host.WhenIdle(waiting.Token);
                return Results.Json(new { now = host.Clock.GetUtcNow() });
            }
            catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
            {
                return Results.Problem($"Still under way: {host.UnderWay}", statusCode: StatusCodes.Status504GatewayTimeout);
            }
        });
        web.MapGet("/localhost/status", () => Results.Json(host.Status()));
    }

    private sealed record Advance([property: JsonRequired] DateTimeOffset To);
}
