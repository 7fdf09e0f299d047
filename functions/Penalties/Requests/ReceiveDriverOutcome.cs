using System.Text.Json;
using Penalties.Outside;

namespace Penalties.Requests;

/// <summary>
/// <c>POST /api/driver-outcomes</c> {"caseId","kind","decidedBy","concludedAt"}: the driver admin tells what a named person concluded, signed by
/// Standard Webhooks. What it means is as with <see cref="RecordDriverOutcome"/>. 400, 401, 404, 409.
/// </summary>
public sealed partial class ReceiveDriverOutcome(
    CaseRoutes routes, IOptions<DriverAdminOptions> options, [FromKeyedServices(Clocks.Business)] TimeProvider clock, ILogger<ReceiveDriverOutcome> log)
{
    [Function(nameof(ReceiveDriverOutcome))]
    [SignedBySender]
    [Api(
        "The driver admin tells an outcome (signed by Standard Webhooks)", Body = typeof(ConcludedOutcomeForm), Answer = typeof(CaseStateView),
        Refusals = ["401 signature_missing", "401 signature_wrong", "401 signature_stale", "404 unknown_case", "409 invalid_transition"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "driver-outcomes")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        if (await BoundedBody.Read(request, cancellation) is not { } body)
        {
            return Problem.Result(413, "body_too_large", $"A body may have {BoundedBody.MaxBytes} bytes.");
        }

        if (Unverified(request, body) is { } code)
        {
            LogUnverified(log, code);
            return Problem.Result(401, code, "The outcome is not signed by the driver admin, or its signature is too old.");
        }

        if (Parse(body) is not { } form)
        {
            return RequestForm.Invalid(["body: a JSON object of caseId, kind, decidedBy and concludedAt is required."]);
        }

        if (form.Problems(clock.GetUtcNow()).ToList() is { Count: > 0 } problems)
        {
            return RequestForm.Invalid(problems);
        }

        var told = new OutcomeConcluded(OutcomeTerms.KindOf(form.Kind)!.Value, form.DecidedBy!, form.ConcludedAt!.Value);
        var call = new CaseCall(durable, told.DecidedBy, form.CaseId!, nameof(ReceiveDriverOutcome));
        return await routes.Change(call, known => DriverOutcomes.WhatIsNew(known, told), cancellation);
    }

    private string? Unverified(HttpRequest request, byte[] body) => StandardWebhook.Problem(
        options.Value.WebhookSecrets,
        request.Headers[StandardWebhook.IdHeader],
        request.Headers[StandardWebhook.TimestampHeader],
        request.Headers[StandardWebhook.SignatureHeader],
        body,
        TimeProvider.System.GetUtcNow());

    private static ConcludedOutcomeForm? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<ConcludedOutcomeForm>(body, RequestForm.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "An outcome was refused: {Code}")]
    private static partial void LogUnverified(ILogger log, string code);
}

/// <inheritdoc cref="OutcomeForm"/>
public sealed record ConcludedOutcomeForm(string? CaseId, string? Kind, string? DecidedBy, DateTimeOffset? ConcludedAt)
{
    public static ConcludedOutcomeForm Example => new("pr-5k2m8q0v3x7c9d1f", "warning", "lead-3", new(2026, 9, 20, 10, 0, 0, Korea.Offset));

    internal IEnumerable<string> Problems(DateTimeOffset now) =>
    [
        .. CaseId is { Length: > 0 and <= 40 } ? Array.Empty<string>() : ["caseId: the id of a case is required."],
        .. DriverOutcomes.Problems(Kind, DecidedBy, ConcludedAt, now),
    ];
}
