using Penalties.Intake.Sources;

namespace Penalties.Intake;

/// <summary>
/// <c>POST /api/crm/{source}</c>: verify → parse → store → start. 202 with our own status route for a new case, or for a ticket that is to be
/// fetched; 200 for a repeat or a rise of facets; 401 wrong or stale signature; 404 unknown source; 413 over 64 KB; 503 storage down. A signed body
/// that is not valid is answered 200 and kept as rejected, so that the sender neither repeats it nor trips its breaker.
/// </summary>
public sealed partial class ReceiveCrmWebhook(
    IOptions<CrmOptions> crm,
    Reception reception,
    TicketFetch tickets,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock,
    ILogger<ReceiveCrmWebhook> log)
{
    [Function(nameof(ReceiveCrmWebhook))]
    [SignedBySender]
    [Api(
        "The CRM files a complaint (202 for a new case)", Body = typeof(ComplaintForm), Answer = typeof(ReceivedView), Accepted = typeof(ReceivedView), TakesWhatIsInvalid = true,
        Refusals = ["401 signature_missing", "401 signature_wrong", "401 signature_stale", "401 account_unknown", "401 webhook_unknown", "404 unknown_source"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "crm/{source}")] HttpRequest request,
        string source,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        if (!crm.Value.Sources.TryGetValue(source, out var settings))
        {
            return Problem.Result(404, "unknown_source", $"There is no CRM source of this name; configured: {string.Join(", ", crm.Value.Sources.Keys)}.");
        }

        if (await BoundedBody.Read(request, cancellation) is not { } body)
        {
            return Problem.Result(413, "body_too_large", $"A webhook may have {BoundedBody.MaxBytes} bytes.");
        }

        var (problem, delivery) = Sender.Verify(settings, request.Headers, body, TimeProvider.System.GetUtcNow());
        if (problem is not null)
        {
            LogUnverified(log, source, problem);
            return Problem.Result(401, problem, "The webhook is not signed by the configured source, or its signature is too old.");
        }

        var (form, unread) = ComplaintForm.Parse(body);
        var received = settings.Mapper is Mapper.Ticket && form?.Ticket is { } ticket && TicketFetch.IsTicket(ticket)
            ? await tickets.Start(durable, source, ticket, delivery, cancellation)
            : await reception.Take(durable, source, form, unread, delivery, body, occurredAt => Untimely(settings, occurredAt), cancellation);
        if (received.Location is { } location)
        {
            request.HttpContext.Response.Headers.Location = location;
        }

        return new ObjectResult(received)
        {
            StatusCode = received.Status is CaseIntake.Filed or TicketFetch.Fetching ? StatusCodes.Status202Accepted : StatusCodes.Status200OK,
        };
    }

    /// <summary>Where business time runs ahead of the wall clock, a sender may mean either: only what is wrong by both is wrong.</summary>
    private string? Untimely(CrmSource settings, DateTimeOffset occurredAt) => new[] { clock.GetUtcNow(), TimeProvider.System.GetUtcNow() }
        .Any(now => now - occurredAt <= settings.EventAge && occurredAt - now <= settings.SignatureAge)
        ? null
        : $"occurred_at: a time that has passed, at most {settings.EventAge.TotalHours:0} hours ago, is required.";

    [LoggerMessage(Level = LogLevel.Warning, Message = "A webhook for source {Source} was refused: {Code}")]
    private static partial void LogUnverified(ILogger log, string source, string code);
}

/// <summary>What became of a webhook.</summary>
/// <param name="Status">filed, updated, duplicate, linked, fetching, ignored, rejected or refused.</param>
/// <param name="Id">The case it belongs to; null where it made none.</param>
/// <param name="Problems">What was wrong with a rejected one.</param>
public sealed record ReceivedView(
    string Status, string? Id = null, string? Location = null, IReadOnlyList<string>? Problems = null, string? Reason = null)
{
    public static ReceivedView Example => new(CaseIntake.Filed, "pr-5k2m8q0v3x7c9d1f", "/api/penalty-requests/pr-5k2m8q0v3x7c9d1f");
}
