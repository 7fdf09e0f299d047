using FluentValidation;
using Penalties.Intake.Sources;
using Penalties.Outside.Crm;

namespace Penalties.Intake;

/// <summary>
/// What becomes of a complaint a source told: not valid → kept as rejected, customer not verified → refused, an update of our own → ignored,
/// else it is filed, or raises what is known of its case.
/// </summary>
public sealed partial class Reception(
    IValidator<ComplaintForm> rules, CaseIntake intake, RefusedDeliveries refused, IOptions<ZendeskOptions> zendesk, ILogger<Reception> log)
{
    public const string Ignored = "ignored";

    /// <param name="problem">What keeps the form from being read; then there is no form.</param>
    /// <param name="body">As it came.</param>
    /// <param name="untimely">What is wrong with the complaint's time, where it is none that this delivery may tell.</param>
    public async Task<ReceivedView> Take(
        DurableTaskClient durable,
        string source,
        ComplaintForm? form,
        string? problem,
        Delivery delivery,
        byte[] body,
        Func<DateTimeOffset, string?> untimely,
        CancellationToken cancellation)
    {
        if (form is not null && IsOurOwn(form))
        {
            LogIgnored(log, source, delivery.Key);
            return new(Ignored, Reason: "own_update");
        }

        // Of a caller who is not verified nothing else is known, and nothing else is asked.
        if (form is { Verified: "none" } && ComplaintFormRules.IsTicket(form.Ticket))
        {
            LogNotVerified(log, source, delivery.Key);
            await refused.RefuseUnverified(durable, source, form.Ticket!, delivery.Key, cancellation);
            return new("refused", Reason: RefusedDeliveries.ConsultationRestricted);
        }

        IReadOnlyList<string> problems = form is null
            ? [problem!]
            : [.. (await rules.ValidateAsync(form, cancellation)).Errors.Select(error => error.ErrorMessage)];
        if (problems.Count == 0 && untimely(ComplaintFormRules.TimeOf(form!.OccurredAt)!.Value) is { } wrong)
        {
            problems = [wrong];
        }

        if (problems.Count > 0)
        {
            LogRejected(log, source, delivery.Key, problems.Count);
            await refused.Reject(
                durable, source, ComplaintFormRules.IsTicket(form?.Ticket) ? form!.Ticket : null, delivery.Key, body, problems, cancellation);
            return new("rejected", Problems: problems);
        }

        var received = await intake.Receive(durable, source, form!, delivery, cancellation);
        return new(received.Status, received.CaseId, $"/api/penalty-requests/{received.CaseId}");
    }

    /// <summary>Our notes are updates, too, and a trigger that is not careful tells us of them: answering them would never end.</summary>
    private bool IsOurOwn(ComplaintForm form) => form.UpdatedBy is { } by
        ? zendesk.Value.AgentId is { } agent && by == $"{agent}"
        : form.Tags?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains(ContactLog.Tag, StringComparer.Ordinal) is true;

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {Delivery} of source {Source} tells of an update of our own, and is ignored")]
    private static partial void LogIgnored(ILogger log, string source, string delivery);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {Delivery} of source {Source} was rejected with {Count} problems")]
    private static partial void LogRejected(ILogger log, string source, string delivery, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {Delivery} of source {Source}: the customer was not verified, no case")]
    private static partial void LogNotVerified(ILogger log, string source, string delivery);
}
