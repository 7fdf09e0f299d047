using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FunctionsHosting;
using LocalHost.Tour;
using Penalties.Intake;

namespace Bench;

/// <summary>A CRM that files one new case with every webhook: another ticket, ride, customer and driver each, signed as Zendesk does.</summary>
internal sealed class WebhookLoad : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _secret;
    private readonly string _account;
    private readonly string _occurredAt;

    public WebhookLoad(FunctionsHost host, int connections)
    {
        // The sender is another machine's work: it is kept as small as it can be.
        _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections, ActivityHeadersPropagator = null }) { BaseAddress = host.BaseAddress };
        _secret = host.Settings["Crm:Sources:zendesk:Secret"]!;
        _account = host.Settings["Crm:Sources:zendesk:AccountId"]!;
        _occurredAt = host.Clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
    }

    /// <summary>Webhooks written and signed, ready to be sent within the next minutes.</summary>
    public IReadOnlyList<HttpRequestMessage> Prepare(int first, int many) => [.. Enumerable.Range(first, many).Select(Request)];

    /// <returns>How long the answer took.</returns>
    /// <exception cref="BenchmarkException">The answer was another one than 202.</exception>
    public async Task<TimeSpan> Send(HttpRequestMessage webhook, CancellationToken cancellation)
    {
        using var request = webhook;
        var began = Stopwatch.GetTimestamp();
        using var answer = await _http.SendAsync(request, cancellation);
        var took = Stopwatch.GetElapsedTime(began);
        return answer.StatusCode is HttpStatusCode.Accepted
            ? took
            : throw new BenchmarkException(
                $"A webhook was answered {(int)answer.StatusCode} instead of 202: {await answer.Content.ReadAsStringAsync(cancellation)}");
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(int number)
    {
        var body = Encoding.UTF8.GetBytes(Complaint(number).ToJson());
        var timestamp = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new(HttpMethod.Post, "api/crm/zendesk")
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } },
            Headers =
            {
                { ZendeskSignature.SignatureHeader, ZendeskSignature.Of(_secret, timestamp, body) },
                { ZendeskSignature.TimestampHeader, timestamp },
                { "X-Zendesk-Account-Id", _account },
                { "X-Zendesk-Webhook-Invocation-Id", Guid.NewGuid().ToString("N") },
            },
        };
    }

    /// <summary>The fullest usual complaint: a block agreed to, and an answer promised.</summary>
    private ComplaintBody Complaint(int number) => new()
    {
        Ticket = Text(100_000 + number),
        OccurredAt = _occurredAt,
        RideCalledAt = _occurredAt,
        RideId = $"R-20260918-{Text(number)}",
        DriverId = $"D-{Text(number)}",
        CustomerId = $"C-{Text(number)}",
        Block = "agreed",
        FeedbackStage = "3",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
