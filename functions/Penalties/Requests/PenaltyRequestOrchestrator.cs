using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>One case from filing to its end. The state of the case decides (<see cref="NextStep"/>); event and timer only knock.</summary>
public static class PenaltyRequestOrchestrator
{
    /// <summary>Steps and looks after which the history begins anew.</summary>
    private const int StepsPerGeneration = 60;

    [Function(nameof(PenaltyRequestOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context, CaseWork work)
    {
        // One waiter, held across loops and never cancelled: a cancelled or second one would swallow a knock.
        var knock = context.WaitForExternalEvent<object?>(CaseStarter.CaseChanged);
        var current = await context.CallActivityAsync<CaseSnapshot>(nameof(ReadCase), work, RetryPolicies.Persistent);

        for (var count = 1; count <= StepsPerGeneration; count++)
        {
            var step = NextStep.Of(current, context.CurrentUtcDateTime, work.Policy);
            if (step.Kind is StepKind.End || current.Case.Run != work.Run)
            {
                return;
            }

            if (step.Kind is not StepKind.Wait)
            {
                current = await Take(context, step, work);
                continue;
            }

            await KnockOrAlarm(context, knock, step.Until);
            while (knock.IsCompleted)
            {
                knock = context.WaitForExternalEvent<object?>(CaseStarter.CaseChanged);
            }

            current = await context.CallActivityAsync<CaseSnapshot>(nameof(ReadCase), work, RetryPolicies.Persistent);
        }

        context.ContinueAsNew(work);
    }

    private static async Task<CaseSnapshot> Take(TaskOrchestrationContext context, Step step, CaseWork work)
    {
        try
        {
            return await context.CallActivityAsync<CaseSnapshot>(step.Activity(), step.Input(work), RetryPolicies.Step);
        }
        catch (TaskFailedException)
        {
            var failed = new FailedStep(work.CaseId, work.Policy, step.Kind);
            return await context.CallActivityAsync<CaseSnapshot>(nameof(RecordFailedStep), failed, RetryPolicies.Persistent);
        }
    }

    private static async Task KnockOrAlarm(TaskOrchestrationContext context, Task knock, DateTimeOffset? alarm)
    {
        if (alarm is null || knock.IsCompleted)
        {
            await knock;
            return;
        }

        using var heard = new CancellationTokenSource();
        await Task.WhenAny(knock, context.CreateTimer(alarm.Value.UtcDateTime, heard.Token));
        heard.Cancel();
    }
}
