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
        var snapshot = await steps.Read(work.CaseId, cancellation);
        if (!steps.StillWants(snapshot.Case, StepKind.SendFeedbackSms) || snapshot.Proof is not { } proof)
        {
            return snapshot;
        }

        if (snapshot.Case.Message is MessageState.None)
        {
            var template = content.TemplateFor(AnswerRule.Choose(proof, snapshot.Case.Block));
            var date = DateFor(snapshot.Case);
            var attempt = snapshot.Case.MessageAttempt + 1;
            var reference = await sms.Reserve($"{work.CaseId}-sms-{attempt}", cancellation);
            var reserved = new MessageReserved(attempt, reference, template.Name, FeedbackMessage.From(template, date).Bytes, date);
            snapshot = await steps.Record(
                work.CaseId,
                current => current.Message is MessageState.None && steps.StillWants(current, StepKind.SendFeedbackSms) ? [reserved] : [],
                cancellation);
        }

        return snapshot.Case.Message is MessageState.Reserved ? await Send(snapshot.Case, cancellation) : snapshot;
    }

    private async Task<CaseSnapshot> Send(PenaltyCase reserved, CancellationToken cancellation)
    {
        if (await contacts.Find(reserved.Id, cancellation) is not { } customer)
        {
            return await Record(reserved, new MessageFailed(reserved.MessageAttempt, "contact_purged"), isDelivered: false, cancellation);
        }

        // What was reserved is what is sent; whether it may be sent is looked at once more right before the order.
        var template = content.Template(reserved.MessageTemplate!);
        var message = FeedbackMessage.From(template, reserved.MessageDate ?? DateFor(reserved));
        var current = await steps.Read(reserved.Id, cancellation);
        var isTrue = current.Proof is { } proof && AnswerRule.Choose(proof, current.Case.Block) == template.Answer;
        var progress = await sms.Send(
            reserved.MessageReference!, customer.Phone, message, () => isTrue && reserved.Policy.Window.Contains(clock.GetUtcNow()), cancellation);
        CaseEvent? happened = progress switch
        {
            { IsSent: true } => new MessageSent(reserved.MessageAttempt),
            { RefusedWith: { } code } => new MessageFailed(reserved.MessageAttempt, code),
            _ when !isTrue => new MessageFailed(reserved.MessageAttempt, "no_longer_true"),
            _ => null,
        };

        LogSent(log, reserved.Id, reserved.MessageAttempt, template.Name, message.Bytes, happened?.GetType().Name ?? "outside the send window");
        return happened is null
            ? await steps.Read(reserved.Id, cancellation)
            : await Record(reserved, happened, progress.Delivery is SmsDelivery.Delivered, cancellation);
    }

    private Task<CaseSnapshot> Record(PenaltyCase reserved, CaseEvent happened, bool isDelivered, CancellationToken cancellation) => steps.Record(
        reserved.Id,
        now => now.Message is not MessageState.Reserved ? []
            : happened is MessageSent && isDelivered ? [happened, new MessageDelivered(reserved.MessageAttempt)]
            : [happened],
        cancellation);

    private DateOnly DateFor(PenaltyCase current) => settings.Value.DateSlot switch
    {
        MessageDate.Ride => current.Complaint.RideDate,
        MessageDate.Complaint => Korea.DateOf(current.FiledAt),
    };

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
