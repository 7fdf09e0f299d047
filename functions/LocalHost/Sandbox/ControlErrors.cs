using Microsoft.AspNetCore.Http;

namespace LocalHost.Sandbox;

/// <summary>Turns what goes wrong inside a request into an answer that says so.</summary>
internal static class ControlErrors
{
    public static async Task Answer(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller went away; there is nobody to answer.
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            var status = error switch
            {
                BadHttpRequestException bad => bad.StatusCode,
                HttpRequestException or TaskCanceledException => StatusCodes.Status502BadGateway,
                _ => StatusCodes.Status500InternalServerError,
            };
            var detail = status == StatusCodes.Status500InternalServerError ? error.ToString() : $"{error.Message} {error.InnerException?.Message}".Trim();
            await Results.Problem(detail, statusCode: status).ExecuteAsync(http);
        }
    }

    public static IResult Invalid(params IReadOnlyList<string> problems) =>
        Results.Problem(string.Join("; ", problems), statusCode: StatusCodes.Status400BadRequest);
}
