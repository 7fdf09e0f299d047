namespace LocalHost.Sandbox;

/// <summary>An answer that says no, in the words of the system that gives it; the gate records it with <see cref="Reason"/>.</summary>
internal sealed record Refusal(int Status, string Reason, object Body, JsonSerializerOptions Json, string ContentType = "application/json") : IResult
{
    public int? RetryAfterSeconds { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        if (RetryAfterSeconds is { } seconds)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return httpContext.Response.WriteAsJsonAsync(Body, Body.GetType(), Json, ContentType, httpContext.RequestAborted);
    }
}
