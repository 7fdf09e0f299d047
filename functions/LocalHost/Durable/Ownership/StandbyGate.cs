using LocalHost.Durable.Engine;
using LocalHost.Durable.Management;
using Microsoft.AspNetCore.Http;

namespace LocalHost.Durable.Ownership;

/// <summary>
/// What a host answers that does not own its task hub: it reads, and does nothing. A request that may change something is refused before any
/// function sees it (503, Retry-After, problem+json with code "standby"), and so is one whose function turns out to need the engine.
/// </summary>
/// <param name="standby">Who owns the hub while this host waits for it; null when it owns the hub.</param>
internal sealed class StandbyGate(Func<string?> standby)
{
    private const int RetryAfterSeconds = 10;
    private static readonly PathString TestHooks = "/localhost";

    /// <summary>Faults of a host without its hub; this gate answers them.</summary>
    public static bool Answers(Exception fault) => fault is TaskHubStandbyException or TaskHubOwnershipLostException;

    public async Task Pass(HttpContext context, RequestDelegate next)
    {
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (standby() is not null && !reads && !context.Request.Path.StartsWithSegments(TestHooks))
        {
            await Refuse(context, "This host waits as a standby: another one owns the task hub.");
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception fault) when (Answers(fault) && !context.Response.HasStarted)
        {
            // Who asks the management API has shown its key, and may know who owns the hub.
            var isOperator = context.Request.Path.StartsWithSegments(ManagementRoutes.Base);
            await Refuse(context, (isOperator ? standby() : null) ?? "This host does not own the task hub.");
        }
    }

    private static Task Refuse(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        var extensions = new Dictionary<string, object?> { ["code"] = "standby", ["Message"] = detail };
        return Results.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable, title: "standby", extensions: extensions).ExecuteAsync(context);
    }
}
