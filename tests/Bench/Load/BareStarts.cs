using System.Net;
using System.Net.Http.Json;

namespace Bench.Load;

/// <summary>Starts orchestrations that do nothing, over HTTP as webhooks do.</summary>
internal sealed class BareStarts(Uri functions, int connections) : IDisposable
{
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { MaxConnectionsPerServer = connections, ActivityHeadersPropagator = null })
    { BaseAddress = functions };

    /// <param name="number">Part of the instance's id.</param>
    /// <param name="activities">How many it runs.</param>
    /// <param name="timers">How many it waits for, between the activities.</param>
    /// <param name="cancellation">Gives it up.</param>
    public async Task Send(int number, int activities, int timers, CancellationToken cancellation)
    {
        using var steps = JsonContent.Create(new { activities, timers });
        using var answer = await _http.PostAsync($"api/starts/{IdOf(number)}", steps, cancellation);
        if (answer.StatusCode is not HttpStatusCode.Accepted)
        {
            throw new NotMeasuredException($"A bare start was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
        }
    }

    public static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"bare-{number:D8}");

    public void Dispose() => _http.Dispose();
}
