using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Penalties.Health;

/// <summary>
/// <c>GET /api/health/live</c>: the process answers. <c>GET /api/health/ready</c>: it can do its work (200), or cannot (503); "degraded" is ready.
/// <c>GET /api/health</c>: what of it holds and what does not, for operators.
/// </summary>
public sealed class GetHealth(Readiness readiness)
{
    [Function(nameof(GetLiveness))]
    [OpenToAll("It tells that the process answers, and nothing else.")]
    [Api("Whether the process answers", Answer = typeof(HealthView))]
    public IActionResult GetLiveness([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest request) =>
        new OkObjectResult(new HealthView("healthy"));

    [Function(nameof(GetReadiness))]
    [OpenToAll("It tells one word; the details are for operators.")]
    [Api("Whether the app can do its work; 503 when not", Answer = typeof(HealthView))]
    public async Task<IActionResult> GetReadiness(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var report = await readiness.Look(durable, cancellation);
        return Answer(report, new HealthView(Word(report.Status)));
    }

    [Function(nameof(GetHealth))]
    [Allowed(Role.Operator)]
    [Api("What the app needs, one by one; 503 when it cannot work", Answer = typeof(HealthView))]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var report = await readiness.Look(durable, cancellation);
        var parts = report.Entries.Select(entry => new HealthPart(
            entry.Key,
            Word(entry.Value.Status),
            // A fault's own words may name addresses: its type has to do.
            entry.Value.Exception?.GetBaseException().GetType().Name ?? entry.Value.Description,
            (long)entry.Value.Duration.TotalMilliseconds));
        return Answer(report, new HealthView(Word(report.Status), [.. parts]));
    }

    private static ObjectResult Answer(HealthReport report, HealthView view) => new(view)
    {
        StatusCode = report.Status is HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK,
    };

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        HealthStatus.Unhealthy => "unhealthy",
    };
}

/// <param name="Status">"healthy", "degraded" (it works, something waits) or "unhealthy".</param>
/// <param name="Parts">For operators only.</param>
public sealed record HealthView(string Status, IReadOnlyList<HealthPart>? Parts = null)
{
    public static HealthView Example => new("degraded", [new("storage", "healthy", null, 4), new("outside-systems", "degraded", "breaker open: sms", 0)]);
}

/// <param name="Why">A code of ours or a fault's type; null where all is well.</param>
/// <param name="Milliseconds">How long the look took.</param>
public sealed record HealthPart(string Name, string Status, string? Why, long Milliseconds);
