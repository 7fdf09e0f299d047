using Microsoft.Azure.Functions.Worker;
using Penalties.Outside.Sms;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>
/// Asks the provider what became of a sent message. After the last moment at which it could still arrive it is unknown, and a manager's.
/// </summary>
public sealed class CheckSmsDelivery(CaseSteps steps, SolapiSms sms, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
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
        var progress = await sms.Look(reference, cancellation);
        CaseEvent found = progress.Delivery switch
        {
            SmsDelivery.Delivered => new MessageDelivered(attempt),
            SmsDelivery.Failed => new MessageFailed(attempt, progress.StatusCode ?? "failed"),
            SmsDelivery.Underway => clock.GetUtcNow() >= sentAt + work.Policy.DeliveryWatch ? new MessageUnknown(attempt) : new DeliveryChecked(attempt),
        };

        return await steps.Record(
            nameof(CheckSmsDelivery), work.CaseId, now => now.Message is MessageState.Sent && now.MessageAttempt == attempt ? [found] : [], cancellation);
    }
}
