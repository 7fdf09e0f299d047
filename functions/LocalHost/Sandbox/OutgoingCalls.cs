using System.Net;

namespace LocalHost.Sandbox;

/// <summary>Calls from the outside systems to the app: webhooks, pushes, delivery reports. Redirects are answers, too.</summary>
internal sealed class OutgoingCalls : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All })
    {
        // Zendesk gives a receiver 12 seconds.
        Timeout = TimeSpan.FromSeconds(12),
    };

    /// <exception cref="HttpRequestException">The target did not answer.</exception>
    /// <exception cref="TaskCanceledException">It did not answer in time.</exception>
    public async Task<TargetAnswer> Send(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var response = await _http.SendAsync(request, cancellation);
        return new(
            (int)response.StatusCode,
            response.Headers.Location?.ToString(),
            response.Headers.RetryAfter?.ToString(),
            await response.Content.ReadAsStringAsync(cancellation));
    }

    public void Dispose() => _http.Dispose();
}
