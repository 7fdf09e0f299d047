using Azure;
using FluentValidation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Penalties.Access;
using Penalties.Outside.Crm;
using Penalties.Rules;

namespace Penalties.Intake;

/// <summary>
/// <c>POST /api/crm/{source}</c>: verify → parse → store → start. 202 with our own status route for a new case, 200 for a repeat or a rise
/// of facets; 401 wrong or stale signature; 404 unknown source; 413 over 64 KB; 503 storage down. A signed body that is not valid is
/// answered 200 and kept as rejected, so that the sender neither repeats it nor trips its breaker.
/// </summary>
public sealed partial class ReceiveCrmWebhook(
    IOptions<ZendeskOptions> zendesk,
    IValidator<ComplaintForm> rules,
    CaseIntake intake,
    RefusedDeliveries refused,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock,
    ILogger<ReceiveCrmWebhook> log)
{
    private const string Source = "zendesk";

    [Function(nameof(ReceiveCrmWebhook))]
    [SignedBySender]
    [Api(
        "The CRM files a complaint (202 for a new case)", Body = typeof(ComplaintForm), Answer = typeof(ReceivedView),
        Refusals = ["401 signature_missing", "401 signature_wrong", "401 signature_stale", "401 account_unknown", "404 unknown_source"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "crm/{source}")] HttpRequest request,
        string source,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        if (source != Source)
        {
            return Problem.Result(404, "unknown_source", $"There is no CRM source of this name; configured: {Source}.");
        }

        if (await BoundedBody.Read(request, cancellation) is not { } body)
        {
            return Problem.Result(413, "body_too_large", $"A webhook may have {BoundedBody.MaxBytes} bytes.");
        }

        if (Unverified(request, body) is { } code)
        {
            LogUnverified(log, source, code);
            return Problem.Result(401, code, "The webhook is not signed by the configured source, or its signature is too old.");
        }

        var delivery = DeliveryKey.Of(request.Headers[ZendeskSignature.TimestampHeader].ToString(), body);
        var (form, problem) = ComplaintForm.Parse(body);
        IReadOnlyList<string> problems = form is null
            ? [problem!]
            : [.. (await rules.ValidateAsync(form, cancellation)).Errors.Select(error => error.ErrorMessage)];
        if (problems.Count == 0 && !IsTimely(ComplaintFormRules.TimeOf(form!.OccurredAt)!.Value))
        {
            problems = [$"occurred_at: a time that has passed, at most {zendesk.Value.EventAge.TotalHours:0} hours ago, is required."];
        }

        if (problems.Count > 0)
        {
            LogRejected(log, source, delivery, problems.Count);
            await refused.Reject(durable, source, form?.Ticket, delivery, body, problems, cancellation);
            return new OkObjectResult(new ReceivedView("rejected", Problems: problems));
        }

        if (ComplaintMapper.VerificationOf(form!) is Verification.None)
        {
            LogNotVerified(log, source, delivery);
            await refused.RefuseUnverified(durable, source, form!.Ticket!, delivery, cancellation);
            return new OkObjectResult(new ReceivedView("refused", Reason: RefusedDeliveries.ConsultationRestricted));
        }

        var received = await intake.Receive(durable, source, form!, delivery, cancellation);
        var location = $"/api/penalty-requests/{received.CaseId}";
        request.HttpContext.Response.Headers.Location = location;
        return new ObjectResult(new ReceivedView(received.Status, received.CaseId, location))
        {
            StatusCode = received.Status == CaseIntake.Filed ? StatusCodes.Status202Accepted : StatusCodes.Status200OK,
        };
    }

    /// <summary>Where business time runs ahead of the wall clock, a sender may mean either: only what is wrong by both is wrong.</summary>
    private bool IsTimely(DateTimeOffset occurredAt) => new[] { clock.GetUtcNow(), TimeProvider.System.GetUtcNow() }
        .Any(now => now - occurredAt <= zendesk.Value.EventAge && occurredAt - now <= zendesk.Value.SignatureAge);

    private string? Unverified(HttpRequest request, byte[] body)
    {
        var settings = zendesk.Value;
        if (settings.AccountId.Length > 0 && request.Headers["X-Zendesk-Account-Id"] != settings.AccountId)
        {
            return "account_unknown";
        }

        return ZendeskSignature.Problem(
            settings.WebhookSecret,
            request.Headers[ZendeskSignature.SignatureHeader],
            request.Headers[ZendeskSignature.TimestampHeader],
            body,
            TimeProvider.System.GetUtcNow(),
            settings.SignatureAge);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A webhook for source {Source} was refused: {Code}")]
    private static partial void LogUnverified(ILogger log, string source, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {Delivery} of source {Source} was rejected with {Count} problems")]
    private static partial void LogRejected(ILogger log, string source, string delivery, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {Delivery} of source {Source}: the customer was not verified, no case")]
    private static partial void LogNotVerified(ILogger log, string source, string delivery);
}

/// <summary>What became of a webhook.</summary>
/// <param name="Status">filed, updated, duplicate, linked, rejected or refused.</param>
/// <param name="Id">The case it belongs to; null where it made none.</param>
/// <param name="Problems">What was wrong with a rejected one.</param>
public sealed record ReceivedView(
    string Status, string? Id = null, string? Location = null, IReadOnlyList<string>? Problems = null, string? Reason = null)
{
    public static ReceivedView Example => new(CaseIntake.Filed, "pr-5k2m8q0v3x7c9d1f", "/api/penalty-requests/pr-5k2m8q0v3x7c9d1f");
}
