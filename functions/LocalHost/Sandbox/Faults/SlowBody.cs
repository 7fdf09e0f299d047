namespace LocalHost.Sandbox.Faults;

/// <summary>The answer of a request that took effect: status, headers and a first piece at once, the last piece when the time is over.</summary>
internal sealed class SlowBody(IResult answer, TimeSpan over, CancellationToken stopping) : IResult
{
    private const int MostPieces = 8;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var whole = await CapturedAnswer.Of(answer, httpContext.RequestServices);
        if (whole.Body.Length == 0)
        {
            await answer.ExecuteAsync(httpContext);
            return;
        }

        await whole.Begin(httpContext.Response);
        await Trickle.Send(httpContext, Pieces(whole.Body), over, stopping);
    }

    internal static IReadOnlyList<byte[]> Pieces(byte[] body) => [.. body.Chunk((body.Length + MostPieces - 1) / MostPieces)];
}

/// <summary>
/// The answer of a request that takes effect at the end, and not at all when its caller goes away before: 200, then white space, which JSON may
/// begin with, then the body. When the answer turns out to be no success the connection is closed: the 200 cannot be taken back.
/// </summary>
internal sealed class SlowBodyBeforeEffect(Func<IResult> act, TimeSpan over, CancellationToken stopping) : IResult
{
    private static readonly IReadOnlyList<byte[]> s_spaces = [.. Enumerable.Repeat(" "u8.ToArray(), 8)];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        if (!await Trickle.Send(httpContext, s_spaces, over, stopping))
        {
            return;
        }

        var whole = await CapturedAnswer.Of(act(), httpContext.RequestServices);
        if (whole.Status >= StatusCodes.Status300MultipleChoices)
        {
            httpContext.Abort();
            return;
        }

        await httpContext.Response.Body.WriteAsync(whole.Body, httpContext.RequestAborted);
    }
}

file static class Trickle
{
    /// <summary>False, and the connection closed, when the caller (or the sandbox itself) went away meanwhile.</summary>
    public static async Task<bool> Send(HttpContext http, IReadOnlyList<byte[]> pieces, TimeSpan over, CancellationToken stopping)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            foreach (var (index, piece) in pieces.Index())
            {
                if (index > 0)
                {
                    await Task.Delay(over / (pieces.Count - 1), gone.Token);
                }

                await http.Response.Body.WriteAsync(piece, gone.Token);
                await http.Response.Body.FlushAsync(gone.Token);
            }

            return true;
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            http.Abort();
            return false;
        }
    }
}
