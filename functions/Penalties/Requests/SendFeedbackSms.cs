using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Penalties.Content;
using Penalties.Outside.Sms;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>
/// Reserve → send → confirm. The provider's own id of the attempt is stored before anything is sent; a second run finds it and looks up how
/// far the first one came, so that a lost answer never becomes a second text. Every condition is checked here again, right before sending.
/// </summary>
public sealed partial class SendFeedbackSms(
    CaseSteps steps,
    ContactStore contacts,
    SolapiSms sms,
    ProductContent content,
    IOptions<MessageOptions> settings,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock,
    ILogger<SendFeedbackSms> log)
{
    [Function(nameof(SendFeedbackSms))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var snapshot = steps.Snapshot(await steps.Read(work.CaseId, cancellation), work.Policy);
        if (NextStep.Of(snapshot, clock.GetUtcNow(), work.Policy).Kind is not StepKind.SendFeedbackSms || snapshot.Proof is not { } proof)
        {
            return snapshot;
        }

        var message = Compose(snapshot.Case, proof);
        if (snapshot.Case.Message is MessageState.None)
        {
            var attempt = snapshot.Case.MessageAttempt + 1;
            var reference = await sms.Reserve($"{work.CaseId}-sms-{attempt}", cancellation);
            snapshot = await steps.Record(
                work.CaseId,
                work.Policy,
                current => current.Message is MessageState.None ? [new MessageReserved(attempt, reference, message.Template, message.Bytes)] : [],
                cancellation);
        }

        return await Send(work, snapshot.Case, message, cancellation);
    }

    private async Task<CaseSnapshot> Send(CaseWork work, PenaltyCase current, FeedbackMessage message, CancellationToken cancellation)
    {
        var attempt = current.MessageAttempt;
        if (await contacts.Find(work.CaseId, cancellation) is not { } customer)
        {
            return await steps.Record(work.CaseId, work.Policy, _ => [new MessageFailed(attempt, "contact_purged")], cancellation);
        }

        var progress = await sms.Send(current.MessageReference!, customer.Phone, message, () => true, cancellation);
        CaseEvent happened = progress.RefusedWith is { } code ? new MessageFailed(attempt, code) : new MessageSent(attempt);
        LogSent(log, work.CaseId, attempt, message.Template, message.Bytes, progress.RefusedWith ?? "sent");
        return await steps.Record(
            work.CaseId,
            work.Policy,
            now => now.Message is not MessageState.Reserved ? []
                : happened is MessageSent && progress.Delivery is SmsDelivery.Delivered ? [happened, new MessageDelivered(attempt)]
                : [happened],
            cancellation);
    }

    private FeedbackMessage Compose(PenaltyCase current, Proof proof)
    {
        var date = settings.Value.DateSlot switch
        {
            MessageDate.Ride => current.Complaint.RideDate,
            MessageDate.Complaint => Korea.DateOf(current.FiledAt),
        };

        return FeedbackMessage.From(content.TemplateFor(AnswerRule.Choose(proof, current.Block)), date);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Case {CaseId}: feedback SMS attempt {Attempt} with {Template}, {Bytes} bytes: {Result}")]
    private static partial void LogSent(ILogger log, string caseId, int attempt, string template, int bytes, string result);
}

/// <summary>Which date stands in the text's slot.</summary>
public enum MessageDate
{
    Ride,
    Complaint,
}

/// <summary>Settings <c>Message:*</c>.</summary>
public sealed class MessageOptions
{
    public const string Section = "Message";

    public MessageDate DateSlot { get; set; } = MessageDate.Ride;

    internal IEnumerable<string> Problems() => Enum.IsDefined(DateSlot)
        ? []
        : [$"{Section}:DateSlot is {DateSlot}; allowed: {string.Join(", ", Enum.GetNames<MessageDate>())}."];
}
