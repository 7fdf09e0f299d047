using Penalties.Outside;
using Penalties.Outside.Sms;

namespace Penalties.Requests;

/// <summary>
/// The answer was begun and is no longer the program's to give: looks up whether the send order was taken. It runs only when no sending step
/// can be alive any more, so a message that was not ordered by now never is.
/// </summary>
public sealed class SettleReservation(CaseSteps steps, ISmsProvider sms, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    /// <summary>Reserved, and never ordered to be sent.</summary>
    private const string NotOrdered = "not_ordered";

    [Function(nameof(SettleReservation))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var snapshot = await steps.Read(work.CaseId, cancellation);
        var (reserved, attempt) = (snapshot.Case, snapshot.Case.MessageAttempt);
        if (reserved is not { Message: MessageState.Reserved, MessageReference: { } reference } || !steps.StillWants(reserved, StepKind.SettleReservation))
        {
            return snapshot;
        }

        CaseEvent found;
        try
        {
            var progress = await sms.Look(reference, cancellation);
            found = progress switch
            {
                { IsSent: true } => new MessageSent(attempt),
                { IsUnknown: true } => new MessageUnknown(attempt),
                _ => new MessageFailed(attempt, progress.RefusedWith ?? NotOrdered),
            };
        }
        catch (OutsideSystemUnavailableException) when (clock.GetUtcNow() >= reserved.AnswerStoppedAt + work.Policy.DeliveryWatch)
        {
            // A provider that will not tell for as long as a message may take leaves it unknown, and a person's.
            found = new MessageUnknown(attempt);
        }

        return await steps.Record(
            nameof(SettleReservation),
            work.CaseId,
            now => now.MessageAttempt == attempt && steps.StillWants(now, StepKind.SettleReservation) ? [found] : [],
            cancellation);
    }
}
