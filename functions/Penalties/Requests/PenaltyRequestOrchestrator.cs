using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Penalties.Blocking;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>
/// One case from filing to its end. The state of the case decides (<see cref="NextStep"/>); the event <see cref="CaseStarter.CaseChanged"/>
/// and the one timer only knock.
/// </summary>
public static class PenaltyRequestOrchestrator
{
    /// <summary>Looks at the case after which the history begins anew.</summary>
    private const int LooksPerGeneration = 60;

    [Function(nameof(PenaltyRequestOrchestrator))]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context, CaseWork work)
    {
        // One waiter, held across loops and never cancelled: a cancelled or second one would swallow a knock.
        var knock = context.WaitForExternalEvent<object?>(CaseStarter.CaseChanged);
        var current = await Do<CaseSnapshot>(nameof(ReadCase), work);

        for (var look = 1; look <= LooksPerGeneration; look++)
        {
            var step = NextStep.Of(current, context.CurrentUtcDateTime, work.Policy);
            if (step.Kind is StepKind.End)
            {
                return;
            }

            if (step.Kind is StepKind.Wait)
            {
                await KnockOrAlarm(step.Until);
                while (knock.IsCompleted)
                {
                    knock = context.WaitForExternalEvent<object?>(CaseStarter.CaseChanged);
                }
            }

            current = step.Kind is StepKind.HandToManager
                ? await Do<CaseSnapshot>(nameof(HandToManager), new HandoverWork(work.CaseId, work.Policy, step.Reason!.Value))
                : await Do<CaseSnapshot>(ActivityOf(step.Kind), work);
        }

        context.ContinueAsNew(work);

        Task<T> Do<T>(string activity, object input) => context.CallActivityAsync<T>(activity, input, RetryPolicies.Outside);

        async Task KnockOrAlarm(DateTimeOffset? until)
        {
            if (until is not { } alarm || knock.IsCompleted)
            {
                await knock;
                return;
            }

            using var lost = new CancellationTokenSource();
            await Task.WhenAny(knock, context.CreateTimer(alarm.UtcDateTime, lost.Token));
            lost.Cancel();
        }
    }

    private static string ActivityOf(StepKind step) => step switch
    {
        StepKind.PostPenaltyRequest => nameof(PostPenaltyRequest),
        StepKind.RequestDriverBlock => nameof(RequestDriverBlock),
        StepKind.WriteContactLog => nameof(WriteContactLog),
        StepKind.CommentOnBoard => nameof(CommentOnBoard),
        StepKind.CheckDriverOutcome => nameof(CheckDriverOutcome),
        StepKind.SendFeedbackSms => nameof(SendFeedbackSms),
        StepKind.CheckSmsDelivery => nameof(CheckSmsDelivery),
        StepKind.CloseCase => nameof(CloseCase),
        StepKind.Wait or StepKind.End or StepKind.HandToManager => nameof(ReadCase),
    };
}
