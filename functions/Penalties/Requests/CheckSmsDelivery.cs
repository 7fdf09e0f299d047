using Penalties.Outside;
using Penalties.Outside.Sms;

namespace Penalties.Requests;

/// <summary>
/// Asks the provider what became of a sent message. After the last moment at which it could still arrive it is unknown, and a manager's.
/// </summary>
public sealed class CheckSmsDelivery(CaseSteps steps, ISmsProvider sms, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    [Function(nameof(CheckSmsDelivery))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var snapshot = await steps.Read(work.CaseId, cancellation);
        if (snapshot.Case is not { Message: MessageState.Sent, MessageReference: { } reference, MessageSentAt: { } sentAt })
        {
            return snapshot;
        }

        var attempt = snapshot.Case.MessageAttempt;
        var isOver = clock.GetUtcNow() >= sentAt + work.Policy.DeliveryWatch;
        CaseEvent found;
        try
        {
            var progress = await sms.Look(reference, cancellation);
            found = progress.Delivery switch
            {
                SmsDelivery.Delivered => new MessageDelivered(attempt),
                SmsDelivery.Failed => new MessageFailed(attempt, progress.StatusCode ?? "failed"),
                SmsDelivery.Underway => isOver ? new MessageUnknown(attempt) : new DeliveryChecked(attempt),
            };
        }
        catch (OutsideSystemUnavailableException) when (isOver)
        {
            // Who will not tell in all that time leaves it unknown, and a person's.
            found = new MessageUnknown(attempt);
        }

        return await steps.Record(
            nameof(CheckSmsDelivery), work.CaseId, now => now.Message is MessageState.Sent && now.MessageAttempt == attempt ? [found] : [], cancellation);
    }
}
