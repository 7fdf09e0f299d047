using System.Net;
using System.Net.Http.Headers;
using System.Text;
using LocalHost.Sandbox;
using LocalHost.Tour;
using Penalties.Intake;

namespace Bench.Load;

/// <summary>A CRM that files one new case with every webhook: another ticket, ride, customer and driver each, signed as Zendesk does.</summary>
internal sealed class WebhookLoad(Uri functions, CrmAccount sender, DateTimeOffset occurredAt, int connections) : IDisposable
{
    private const int FirstTicket = 100_000;

    // The sender is another machine's work: it is kept as small as it can be.
    private readonly HttpClient _http = new(
        new SocketsHttpHandler { MaxConnectionsPerServer = connections, ActivityHeadersPropagator = null })
    { BaseAddress = functions };

    private readonly string _occurredAt = occurredAt.ToString("O", CultureInfo.InvariantCulture);

    public static long TicketOf(int number) => FirstTicket + number;

    /// <summary>Webhooks written and signed, ready to be sent within the next minutes.</summary>
    public IReadOnlyList<HttpRequestMessage> Prepare(int first, int many) => [.. Enumerable.Range(first, many).Select(Request)];

    public Task<string> Send(int number, CancellationToken cancellation) => Send(Request(number), cancellation);

    /// <summary>Once more, because nobody answered: the case may have been filed all the same.</summary>
    public Task<string> Repeat(int number, CancellationToken cancellation) => Send(Request(number), cancellation, HttpStatusCode.OK);

    /// <param name="webhook">Of which there is one answer only.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <param name="or">What it may be answered beside 202.</param>
    /// <returns>The case's id.</returns>
    /// <exception cref="NotMeasuredException">The answer was another one.</exception>
    public async Task<string> Send(HttpRequestMessage webhook, CancellationToken cancellation, HttpStatusCode or = HttpStatusCode.Accepted)
    {
        using var request = webhook;
        using var answer = await _http.SendAsync(request, cancellation);
        return answer.StatusCode is HttpStatusCode.Accepted || answer.StatusCode == or
            ? answer.Headers.Location!.OriginalString.Split('/')[^1]
            : throw new NotMeasuredException(
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
                { ZendeskSignature.SignatureHeader, ZendeskSignature.Of(sender.WebhookSecret, timestamp, body) },
                { ZendeskSignature.TimestampHeader, timestamp },
                { "X-Zendesk-Account-Id", sender.AccountId },
                { "X-Zendesk-Webhook-Invocation-Id", Guid.NewGuid().ToString("N") },
            },
        };
    }

    /// <summary>The fullest usual complaint: a block agreed to, and an answer promised.</summary>
    private ComplaintBody Complaint(int number) => new()
    {
        Ticket = Text(TicketOf(number)),
        OccurredAt = _occurredAt,
        RideCalledAt = _occurredAt,
        RideId = $"R-20260918-{Text(number)}",
        DriverId = $"D-{Text(number)}",
        CustomerId = $"C-{Text(number)}",
        Block = "agreed",
        FeedbackStage = "3",
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
