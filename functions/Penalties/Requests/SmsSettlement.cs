using Penalties.Outside.Sms;

namespace Penalties.Requests;

/// <summary>Asks the provider what became of a message that was sent, and tells the case. Nothing is ever sent.</summary>
public sealed class SmsSettlement(CaseStore cases, CaseStarter starter, ISmsProvider sms)
{
    /// <returns>Whether the message has a final result now that was not known before.</returns>
    /// <exception cref="Outside.OutsideSystemUnavailableException">The provider does not tell.</exception>
    public async Task<bool> Settle(DurableTaskClient durable, string caseId, string why, CancellationToken cancellation)
    {
        if (await cases.Find(caseId, cancellation) is not
            { Message: MessageState.Sent or MessageState.Unknown, MessageReference: { } reference, MessageAttempt: var attempt })
        {
            return false;
        }

        var progress = await sms.Look(reference, cancellation);
        CaseEvent? found = progress.Delivery switch
        {
            SmsDelivery.Delivered => new MessageDelivered(attempt),
            SmsDelivery.Failed => new MessageFailed(attempt, progress.StatusCode ?? "failed"),
            SmsDelivery.Underway => null,
        };
        if (found is null)
        {
            return false;
        }

        var change = await cases.Change(
            caseId,
            new(Actor.System, why),
            now => now.MessageAttempt == attempt && now.Message is MessageState.Sent or MessageState.Unknown ? [found] : [],
            cancellation);
        if (change.Case is { } current)
        {
            await starter.Knock(durable, current);
        }

        return change.Happened.Count > 0;
    }
}
