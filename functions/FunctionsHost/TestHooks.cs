using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FunctionsHosting;

/// <summary>Routes by which a test drives a host in another process. Never served unless asked for.</summary>
internal static class TestHooks
{
    public static void Map(WebApplication web, FunctionsHost host)
    {
        web.MapPost("/localhost/clock/advance", async context =>
        {
            var body = await ReadBody(context);
            if (body?.To is not { } to)
            {
                await Refuse(context, StatusCodes.Status400BadRequest, "The body is {\"to\":\"2026-09-21T09:00:00+09:00\"}.");
                return;
            }

            await host.AdvanceTo(to, context.RequestAborted);
            await Results.Json(new { now = host.Clock.GetUtcNow() }).ExecuteAsync(context);
        });
        web.MapGet("/localhost/idle", async context =>
        {
            var limit = int.TryParse(context.Request.Query["timeout"], out var seconds) && seconds is > 0 and <= 600 ? seconds : 60;
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            waiting.CancelAfter(TimeSpan.FromSeconds(limit));
            try
            {
                await host.WhenIdle(waiting.Token);
                await Results.Json(new { now = host.Clock.GetUtcNow() }).ExecuteAsync(context);
            }
            catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
            {
                await Refuse(context, StatusCodes.Status504GatewayTimeout, $"Still under way after {limit} s: {host.UnderWay}");
            }
        });
        web.MapGet("/localhost/status", context => Results.Json(host.Status()).ExecuteAsync(context));
    }

    private static Task Refuse(HttpContext context, int status, string why) => Results.Problem(why, statusCode: status).ExecuteAsync(context);

    private static async Task<AdvanceRequest?> ReadBody(HttpContext context)
    {
        try
        {
            return await context.Request.ReadFromJsonAsync<AdvanceRequest>(context.RequestAborted);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private sealed record AdvanceRequest(DateTimeOffset? To);
}
