namespace LocalHost.Sandbox;

/// <summary>Turns what goes wrong inside a request into an answer that says so.</summary>
internal static class ErrorAnswers
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
            var status = Status(error);
            var detail = status == StatusCodes.Status500InternalServerError
                ? error.ToString()
                : $"{error.Message} {error.InnerException?.Message}".Trim();
            await Results.Problem(detail, statusCode: status).ExecuteAsync(http);
        }
    }

    /// <summary>400: the request is wrong; 502: the app did not answer a call of the sandbox; 500: the sandbox is wrong.</summary>
    public static int Status(Exception error) => error switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        HttpRequestException or TaskCanceledException => StatusCodes.Status502BadGateway,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static IResult Invalid(params IReadOnlyList<string> problems) =>
        Results.Problem(string.Join("; ", problems), statusCode: StatusCodes.Status400BadRequest);
}
