using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using LocalHost.Sandbox;

namespace LocalHost.Tour;

/// <summary>
/// The customer centre seen from outside the product: agents save tickets (signed webhooks), managers and the driver admin call our routes.
/// Everything goes over HTTP.
/// </summary>
/// <param name="functions">The running host's address.</param>
/// <param name="now">Business time.</param>
public sealed class Desk(Uri functions, SandboxClient sandbox, string functionKey, Func<DateTimeOffset> now) : IDisposable
{
    private static readonly TimeSpan Kst = TimeSpan.FromHours(9);

    private readonly HttpClient _http = new() { BaseAddress = functions, DefaultRequestHeaders = { { "x-functions-key", functionKey } } };

    public SandboxClient World => sandbox;

    /// <summary>Saves the complaint on a ticket of the CRM, which tells us by its signed webhook.</summary>
    public async Task<FiledComplaint> File(ComplaintBody complaint, CancellationToken ct = default)
    {
        if (long.TryParse(complaint.Ticket, NumberStyles.None, CultureInfo.InvariantCulture, out var ticket)
            && (await sandbox.Received(SandboxSystem.Crm, ct)).Tickets.All(known => known.Ticket != ticket))
        {
            await sandbox.SeedTicket(new() { Id = ticket }, ct);
        }

        return await Resend(complaint, ct);
    }

    /// <summary>Sends the webhook for a ticket that exists.</summary>
    public async Task<FiledComplaint> Resend(ComplaintBody complaint, CancellationToken ct = default)
    {
        var occurredAt = complaint.OccurredAt.Length > 0 ? complaint.OccurredAt : Iso(now());
        var body = complaint with
        {
            OccurredAt = occurredAt,
            RideCalledAt = complaint.RideCalledAt.Length > 0 ? complaint.RideCalledAt : occurredAt,
        };
        var answer = await sandbox.SendWebhook(new() { TargetUrl = WebhookUrl, Body = body.ToJson() }, ct);
        return new(answer, body);
    }

    /// <summary>Where the CRM's webhook is pointed.</summary>
    public string WebhookUrl => new Uri(functions, "api/crm/zendesk").AbsoluteUri;

    public Task<JsonElement> Case(string id, CancellationToken ct = default) => Get($"api/penalty-requests/{id}", ct);

    public Task<JsonElement> List(string query = "", CancellationToken ct = default) => Get($"api/penalty-requests{query}", ct);

    public Task<HttpResponseMessage> Decide(string id, string decision, string by, string reason, CancellationToken ct = default) =>
        Post($"api/penalty-requests/{id}/decision", new { decision, by, reason }, ct);

    public Task<HttpResponseMessage> ReContact(string id, bool askedWhen, CancellationToken ct = default) =>
        Post($"api/penalty-requests/{id}/re-contacts", new { contact = Guid.NewGuid().ToString("N"), by = "agent-12", askedWhen }, ct);

    /// <summary>A named person concludes the driver outcome; the driver admin pushes it to us, or keeps it until it is asked.</summary>
    public Task<TargetAnswer?> Conclude(
        string id, string kind, string decidedBy, DateTimeOffset at, bool push, CancellationToken ct = default) => sandbox.Conclude(
        new()
        {
            CaseId = id,
            Kind = kind,
            DecidedBy = decidedBy,
            ConcludedAt = at,
            PushTo = push ? new Uri(functions, "api/driver-outcomes").AbsoluteUri : null,
            PushKey = push ? functionKey : null,
        },
        ct);

    public Task<HttpResponseMessage> Post(string path, object body, CancellationToken ct = default) => _http.PostAsJsonAsync(path, body, ct);

    public Task<HttpResponseMessage> GetRaw(string path, CancellationToken ct = default) => _http.GetAsync(path, ct);

    public void Dispose() => _http.Dispose();

    private static string Iso(DateTimeOffset at) => at.ToOffset(Kst).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private async Task<JsonElement> Get(string path, CancellationToken ct) => await _http.GetFromJsonAsync<JsonElement>(path, ct);
}

/// <summary>What our webhook answered, and what was sent.</summary>
public sealed record FiledComplaint(TargetAnswer Answer, ComplaintBody Body)
{
    /// <summary>The case's id; the answer has to name one.</summary>
    public string Id => Answer.Location?.Split('/')[^1] ?? throw new InvalidOperationException($"No case was filed: {Answer.Status} {Answer.Body}");

    public string Status => JsonDocument.Parse(Answer.Body).RootElement.GetProperty("status").GetString()!;
}
