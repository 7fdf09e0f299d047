using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace LocalHost.Tour;

/// <summary>
/// The customer centre seen from outside the product: agents save tickets (signed webhooks), agents and managers call our routes with their
/// tokens, the driver admin pushes outcomes. Everything goes over HTTP.
/// </summary>
/// <param name="functions">The running host's address.</param>
/// <param name="now">Business time.</param>
public sealed class Desk(Uri functions, SandboxClient sandbox, Func<DateTimeOffset> now) : IDisposable
{
    private static readonly TimeSpan Kst = TimeSpan.FromHours(9);

    private readonly HttpClient _http = new() { BaseAddress = functions };
    private readonly ConcurrentDictionary<Person, string> _tokens = new();

    public SandboxClient World => sandbox;

    /// <summary>Where the CRM's webhook is pointed.</summary>
    public string WebhookUrl => new Uri(functions, "api/crm/zendesk").AbsoluteUri;

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

    /// <summary>A case as an agent sees it.</summary>
    public Task<JsonElement> Case(string id, CancellationToken ct = default) => Read($"api/penalty-requests/{id}", Person.Agent, ct);

    /// <summary>A case as somebody sees it who watches without looking at customers.</summary>
    public Task<JsonElement> Watch(string id, CancellationToken ct = default) => Read($"api/penalty-requests/{id}", Person.Operator, ct);

    public Task<JsonElement> List(string query = "", CancellationToken ct = default) => Read($"api/penalty-requests{query}", Person.Agent, ct);

    public Task<HttpResponseMessage> Decide(string id, string decision, string reason, CancellationToken ct = default) =>
        Post($"api/penalty-requests/{id}/decision", new { decision, reason }, Person.Manager, ct);

    public Task<HttpResponseMessage> ReContact(string id, bool askedWhen, CancellationToken ct = default) =>
        Post($"api/penalty-requests/{id}/re-contacts", new { contact = Guid.NewGuid().ToString("N"), askedWhen }, Person.Agent, ct);

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
        },
        ct);

    public Task<HttpResponseMessage> Post(string path, object? body, Person by, CancellationToken ct = default) => Send(HttpMethod.Post, path, body, by, ct);

    public Task<HttpResponseMessage> Get(string path, Person by, CancellationToken ct = default) => Send(HttpMethod.Get, path, null, by, ct);

    public async Task<JsonElement> Read(string path, Person by, CancellationToken ct = default)
    {
        using var response = await Get(path, by, ct);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(ct);
    }

    /// <summary>A request of ours with the person's token.</summary>
    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body, Person by, CancellationToken ct = default)
    {
        if (!_tokens.TryGetValue(by, out var token))
        {
            token = _tokens[by] = await sandbox.Token(by.Id, by.Roles, ct: ct);
        }

        using var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        return await _http.SendAsync(request, ct);
    }

    public void Dispose() => _http.Dispose();

    private static string Iso(DateTimeOffset at) => at.ToOffset(Kst).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}

/// <summary>Somebody at the customer centre.</summary>
/// <param name="Roles">Parted by spaces.</param>
public sealed record Person(string Id, string Roles)
{
    public static readonly Person Agent = new("agent-12", "agent");
    public static readonly Person Manager = new("manager-2", "manager");
    public static readonly Person Operator = new("operator-5", "operator");
    public static readonly Person Auditor = new("auditor-9", "auditor");
}

/// <summary>What our webhook answered, and what was sent.</summary>
public sealed record FiledComplaint(TargetAnswer Answer, ComplaintBody Body)
{
    /// <summary>The case's id; the answer has to name one.</summary>
    public string Id => Answer.Location?.Split('/')[^1] ?? throw new InvalidOperationException($"No case was filed: {Answer.Status} {Answer.Body}");

    public string Status => JsonDocument.Parse(Answer.Body).RootElement.GetProperty("status").GetString()!;
}
