using Microsoft.DurableTask;

namespace Penalties.Managers;

/// <summary>
/// One callback until a named person has made or cancelled it: its notes on the ticket, reminders in working hours, and the end. Nothing here
/// can go on without its step, so each is tried until it works.
/// </summary>
public static class CallbackOrchestrator
{
    /// <inheritdoc cref="PenaltyRequestOrchestrator"/>
    private const int StepsPerGeneration = 60;

    [Function(nameof(CallbackOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context, CaseWork work)
    {
        var door = new Doorbell(context);
        var callback = await context.CallActivityAsync<CaseSnapshot>(nameof(OpenCase), work, RetryPolicies.Persistent);

        for (var count = 1; count <= StepsPerGeneration; count++)
        {
            var step = NextStep.Of(callback, callback.At, work.Policy);
            if (step.Kind is StepKind.End || callback.Case.Run != work.Run)
            {
                return;
            }

            var activity = step.Kind is StepKind.Wait ? nameof(ReadCase) : step.Activity();
            if (step.Kind is StepKind.Wait)
            {
                await door.Wait(step.Until - callback.At);
            }

            callback = await context.CallActivityAsync<CaseSnapshot>(activity, step.Input(work), RetryPolicies.Persistent);
        }

        context.ContinueAsNew(work);
    }
}
