using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask;
using Penalties.Managers;

namespace Penalties.Requests;

/// <summary>Starts a case's orchestration and knocks at it. Both may be done twice: a case has one instance, and a knock carries nothing.</summary>
public sealed class CaseStarter
{
    /// <summary>The one event a case waits for. It says only: look again.</summary>
    public const string CaseChanged = "CaseChanged";

    /// <summary>Every status: an instance of this id, running or ended, is never replaced.</summary>
    internal static readonly OrchestrationRuntimeStatus[] Any =
    [
        OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated,
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended,
    ];

    public async Task Start(DurableTaskClient durable, PenaltyCase current, CancellationToken cancellation)
    {
        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(
                Orchestrator(current.Complaint.Kind),
                new CaseWork(current.Id, current.Policy, current.Run),
                new StartOrchestrationOptions(current.InstanceId).WithDedupeStatuses(Any),
                cancellation);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // Started before: that is what was wanted.
        }
    }

    private static string Orchestrator(CaseKind kind) => kind switch
    {
        CaseKind.Penalty => nameof(PenaltyRequestOrchestrator),
        CaseKind.Callback => nameof(CallbackOrchestrator),
    };

    /// <summary>Says that the case was changed. A finished or not yet started instance is no fault: state decides, and the sweeper looks too.</summary>
    public static async Task Knock(DurableTaskClient durable, PenaltyCase current, CancellationToken cancellation)
    {
        try
        {
            await durable.RaiseEventAsync(current.InstanceId, CaseChanged, cancellation: cancellation);
        }
        catch (RpcException gone) when (gone.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
        {
            // Nobody waits at this door.
        }
    }

    public async Task StartAndKnock(DurableTaskClient durable, PenaltyCase current, CancellationToken cancellation)
    {
        if (current.Life is LifeState.Open)
        {
            await Start(durable, current, cancellation);
        }

        await Knock(durable, current, cancellation);
    }
}
