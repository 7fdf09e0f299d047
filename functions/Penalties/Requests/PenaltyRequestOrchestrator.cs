using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>One case from filing to its end. The state of the case decides (<see cref="NextStep"/>); event and timer only knock.</summary>
public static class PenaltyRequestOrchestrator
{
    /// <summary>Looks at the case after which the history begins anew.</summary>
    private const int LooksPerGeneration = 60;

    [Function(nameof(PenaltyRequestOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context, CaseWork work)
    {
        // One waiter, held across loops and never cancelled: a cancelled or second one would swallow a knock.
        var knock = context.WaitForExternalEvent<object?>(CaseStarter.CaseChanged);
        var current = await context.CallActivityAsync<CaseSnapshot>(nameof(ReadCase), work, RetryPolicies.Outside);

        for (var look = 1; look <= LooksPerGeneration; look++)
        {
            var step = NextStep.Of(current, context.CurrentUtcDateTime, work.Policy);
            if (step.Kind is StepKind.End)
            {
                return;
            }

            if (step.Kind is StepKind.Wait)
            {
                await KnockOrAlarm(context, knock, step.Until);
                while (knock.IsCompleted)
                {
                    knock = context.WaitForExternalEvent<object?>(CaseStarter.CaseChanged);
                }
            }

            current = await context.CallActivityAsync<CaseSnapshot>(step.Activity(), step.Input(work), RetryPolicies.Outside);
        }

        context.ContinueAsNew(work);
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
