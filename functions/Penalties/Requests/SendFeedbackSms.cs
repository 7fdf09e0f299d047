using Penalties.Blocking;
using Penalties.Content;
using Penalties.Outside.Sms;

namespace Penalties.Requests;

/// <summary>
/// Reserve → send → confirm. The provider's own id of the attempt is stored before anything is sent; a second run finds it and looks up how
/// far the first one came, so that a lost answer never becomes a second text. Every condition is checked here again, right before sending.
/// </summary>
public sealed partial class SendFeedbackSms(
    CaseSteps steps,
    ContactStore contacts,
    ISmsProvider sms,
    StandingBlock block,
    SmsSwitch pause,
    ProductContent content,
    IOptions<MessageOptions> settings,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock,
    ILogger<SendFeedbackSms> log)
{
    [Function(nameof(SendFeedbackSms))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var snapshot = await steps.Read(work.CaseId, cancellation);
        if (!steps.StillWants(snapshot.Case, StepKind.SendFeedbackSms) || snapshot.Proves is not { } proves)
        {
            return snapshot;
        }

        if (await pause.Find(cancellation) is not null)
        {
            LogPaused(log, work.CaseId);
            return snapshot with { IsPaused = true };
        }

        if (snapshot.Case.Message is MessageState.None)
        {
            var template = content.TemplateFor(AnswerRule.Choose(proves, snapshot.Case.BlockToTell));
            if (await contacts.Find(snapshot.Case, cancellation) is { } customer
                && !await block.Allows(template.Claims, snapshot.Case, customer.CustomerId, cancellation))
            {
                return await steps.Read(work.CaseId, cancellation);
            }

            var date = DateFor(snapshot.Case);
            var attempt = snapshot.Case.MessageAttempt + 1;
            var reference = await sms.Reserve(MessageKey.Of(work.CaseId, attempt), cancellation);
            var reserved = new MessageReserved(attempt, reference, template.Name, FeedbackMessage.From(template, date).Bytes, date, template.Claims);
            snapshot = await Record(
                work.CaseId,
                current => current.Message is MessageState.None && steps.StillWants(current, StepKind.SendFeedbackSms) ? [reserved] : [],
                cancellation);
        }

        return snapshot.Case.Message is MessageState.Reserved ? await Send(snapshot.Case, cancellation) : snapshot;
    }

    private async Task<CaseSnapshot> Send(PenaltyCase reserved, CancellationToken cancellation)
    {
        if (await contacts.Find(reserved, cancellation) is not { } customer)
        {
            return await Stop(reserved, cancellation);
        }

        // What was reserved is what is sent; whether it may be sent is looked at once more right before the order.
        var template = content.Template(reserved.MessageTemplate!);
        var message = FeedbackMessage.From(template, reserved.MessageDate ?? DateFor(reserved));
        var leave = Leave.Granted;
        var progress = await sms.Send(
            reserved.MessageReference!,
            customer.Phone,
            message,
            async () => (leave = await LeaveFor(reserved, template, customer.CustomerId, cancellation)) is Leave.Granted,
            cancellation);
        CaseEvent[] happened = progress switch
        {
            { IsSent: true, Delivery: SmsDelivery.Delivered } => [new MessageSent(reserved.MessageAttempt), new MessageDelivered(reserved.MessageAttempt)],
            { IsSent: true } => [new MessageSent(reserved.MessageAttempt)],
            { RefusedWith: { } code } => [new MessageFailed(reserved.MessageAttempt, code)],
            { IsUnknown: true } => [new MessageUnknown(reserved.MessageAttempt)],
            _ => [],
        };

        LogSent(log, reserved.Id, reserved.MessageAttempt, template.Name, message.Bytes, happened.LastOrDefault()?.GetType().Name ?? leave.ToString());
        return happened.Length > 0 ? await Settle(reserved, happened, cancellation)
            : leave is Leave.NoLongerTrue ? await Stop(reserved, cancellation)
            : await steps.Read(reserved.Id, cancellation) with { IsPaused = leave is Leave.Paused };
    }

    /// <summary>
    /// It may not be sent, and an earlier run of this step may have ordered it all the same: a manager has the answer, and what became of the
    /// reservation is looked up when no run can be alive any more.
    /// </summary>
    private Task<CaseSnapshot> Stop(PenaltyCase reserved, CancellationToken cancellation) =>
        Settle(reserved, [new HandedToManager(HandoverReason.MessageNotSent)], cancellation);

    /// <summary>
    /// Whether the text may be ordered at this moment: wanted, true, inside the window, not paused. What only the driver admin knows is asked last, and
    /// what may have changed while it answered is looked at once more.
    /// </summary>
    private async Task<Leave> LeaveFor(PenaltyCase reserved, MessageTemplate template, string customerId, CancellationToken cancellation)
    {
        var leave = await LeaveByUs(reserved, template, cancellation);
        return leave is not Leave.Granted || !BlockCheck.IsNeeded(template.Claims) ? leave
            : await block.Allows(template.Claims, reserved, customerId, cancellation) ? await LeaveByUs(reserved, template, cancellation)
            : Leave.NotStanding;
    }

    private async Task<Leave> LeaveByUs(PenaltyCase reserved, MessageTemplate template, CancellationToken cancellation)
    {
        var (current, _, proves, _, _, _, _) = await steps.Read(reserved.Id, cancellation);
        return !current.AnswerWanted || current.Outcome is OutcomeState.Appealed || current.MessageAttempt != reserved.MessageAttempt ? Leave.NotWanted
            : (template.Claims & ~AnswerRule.Proven(proves ?? Claims.None, current.BlockToTell)) != Claims.None ? Leave.NoLongerTrue
            : !reserved.Policy.Window.Contains(clock.GetUtcNow()) ? Leave.OutsideWindow
            : await pause.Find(cancellation) is not null ? Leave.Paused
            : Leave.Granted;
    }

    private enum Leave
    {
        Granted,
        NotWanted,
        NoLongerTrue,
        NotStanding,
        OutsideWindow,
        Paused,
    }

    private Task<CaseSnapshot> Settle(PenaltyCase reserved, CaseEvent[] happened, CancellationToken cancellation) => Record(
        reserved.Id, now => now.Message is MessageState.Reserved && now.MessageAttempt == reserved.MessageAttempt ? happened : [], cancellation);

    private Task<CaseSnapshot> Record(string caseId, Func<PenaltyCase, IEnumerable<CaseEvent>> happened, CancellationToken cancellation) =>
        steps.Record(nameof(SendFeedbackSms), caseId, happened, cancellation);

    private DateOnly DateFor(PenaltyCase current) => settings.Value.DateSlot switch
    {
        MessageDate.Ride => current.Complaint.RideDate,
        MessageDate.Complaint => current.ComplainedOn,
        MessageDate.Conclusion => Korea.DateOf(
            current.ConcludedAt ?? throw new InvalidOperationException($"Case {current.Id}: what is sent rests on an outcome that was concluded at a time.")),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Case {CaseId}: feedback SMS attempt {Attempt} with {Template}, {Bytes} bytes: {Result}")]
    private static partial void LogSent(ILogger log, string caseId, int attempt, string template, int bytes, string result);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId}: the feedback SMS waits, all sending is paused")]
    private static partial void LogPaused(ILogger log, string caseId);
}

/// <summary>
/// Which date stands in the text's slot. The script's words can be read as the day of the ride, or as the day on which the measure was taken: the
/// customer centre decides.
/// </summary>
public enum MessageDate
{
    Ride,
    Complaint,

    /// <summary>The day on which the outcome that stands was concluded.</summary>
    Conclusion,
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
