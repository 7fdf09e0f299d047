namespace LocalHost.Sandbox.Faults;

/// <summary>Half an answer, then the connection closes. An answer without a body is cut to none at all.</summary>
internal sealed class CutBody(IResult answer) : IResult
{
    /// <summary>Stands for the answer of a request that had no effect; cut, it tells nothing.</summary>
    public static readonly IResult OfNothing = new CutBody(Results.Content("{\"id\":0}", "application/json", Encoding.UTF8));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var whole = await CapturedAnswer.Of(answer, httpContext.RequestServices);
        if (whole.Body.Length == 0)
        {
            httpContext.Abort();
            return;
        }

        // The server closes a connection on which less came than was promised, and not before it has sent that: an abort could lose it.
        await whole.Begin(httpContext.Response);
        await httpContext.Response.Body.WriteAsync(whole.Body.AsMemory(0, whole.Body.Length / 2), httpContext.RequestAborted);
    }
}
