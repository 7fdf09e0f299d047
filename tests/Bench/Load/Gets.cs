namespace Bench.Load;

/// <summary>The same address, asked again and again.</summary>
internal sealed class Gets(Uri address, int connections) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections, ActivityHeadersPropagator = null });

    public async Task Send(int number, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(address, cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new NotMeasuredException($"{address} answered {(int)answer.StatusCode} to request {number}.");
        }
    }

    public void Dispose() => _http.Dispose();
}
