using Microsoft.DurableTask;

namespace Penalties.Requests;

/// <summary>One case from filing to its end. The state of the case decides (<see cref="NextStep"/>); event and timer only knock.</summary>
public static class PenaltyRequestOrchestrator
{
    /// <summary>Steps and looks after which the history begins anew.</summary>
    private const int StepsPerGeneration = 60;

    [Function(nameof(PenaltyRequestOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context, CaseWork work)
    {
        var door = new Doorbell(context);
        var current = await context.CallActivityAsync<CaseSnapshot>(nameof(OpenCase), work, RetryPolicies.Persistent);

        for (var count = 1; count <= StepsPerGeneration; count++)
        {
            var step = NextStep.Of(current, current.At, work.Policy);
            if (step.Kind is StepKind.End || current.Case.Run != work.Run)
            {
                return;
            }

            if (step.Kind is StepKind.Wait)
            {
                await door.Wait(step.Until - current.At);
                current = await context.CallActivityAsync<CaseSnapshot>(nameof(ReadCase), work, RetryPolicies.Persistent);
            }
            else
            {
                current = await Take(context, current, step, work);
            }
        }

        context.ContinueAsNew(work);
    }

    /// <summary>A step that does not work is written to the case: its other steps go on, and this one is tried again later.</summary>
    private static async Task<CaseSnapshot> Take(TaskOrchestrationContext context, CaseSnapshot before, Step step, CaseWork work)
    {
        try
        {
            var after = await context.CallActivityAsync<CaseSnapshot>(step.Activity(), step.Input(work), RetryPolicies.Step);
            if (after.Case.Seq > before.Case.Seq || NextStep.Of(after, after.At, work.Policy).Kind != step.Kind)
            {
                return after;
            }
        }
        catch (TaskFailedException)
        {
            // As one that did nothing and is wanted all the same: below.
        }

        return await context.CallActivityAsync<CaseSnapshot>(nameof(RecordFailedStep), new FailedStep(work.CaseId, step.Kind), RetryPolicies.Persistent);
    }
}
