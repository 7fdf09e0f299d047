namespace LocalHost.Sandbox.Faults;

/// <summary>An answer as it would have been sent, to be sent in another way.</summary>
internal sealed record CapturedAnswer(int Status, IHeaderDictionary Headers, byte[] Body)
{
    public static async Task<CapturedAnswer> Of(IResult answer, IServiceProvider services)
    {
        using var body = new MemoryStream();
        var aside = new DefaultHttpContext { RequestServices = services };
        aside.Response.Body = body;
        await answer.ExecuteAsync(aside);
        await aside.Response.CompleteAsync();
        return new(aside.Response.StatusCode, aside.Response.Headers, body.ToArray());
    }

    /// <summary>Sends status and headers; they promise the whole body.</summary>
    public Task Begin(HttpResponse response)
    {
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        response.ContentLength = Body.Length;
        return response.StartAsync();
    }
}
