using Azure;
using FluentValidation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
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
            return new OkObjectResult(new { status = "rejected", problems });
        }

        if (ComplaintMapper.VerificationOf(form!) is Verification.None)
        {
            LogNotVerified(log, source, delivery);
            await refused.RefuseUnverified(durable, source, form!.Ticket!, delivery, cancellation);
            return new OkObjectResult(new { status = "refused", reason = RefusedDeliveries.ConsultationRestricted });
        }

        var received = await intake.Receive(durable, source, form!, delivery, cancellation);
        var location = $"/api/penalty-requests/{received.CaseId}";
        request.HttpContext.Response.Headers.Location = location;
        return new ObjectResult(new { status = received.Status, id = received.CaseId, location })
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
