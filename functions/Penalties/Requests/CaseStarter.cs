using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask;
using Penalties.Managers;

namespace Penalties.Requests;

/// <summary>
/// Starts a case's orchestration and knocks at it. Both may be done twice: a case has one instance, and a knock carries nothing. Somebody waits
/// for the answer, so the task hub gets a few seconds; what it did not take in them is written down and done later (<see cref="Unknocked"/>).
/// </summary>
public sealed partial class CaseStarter(Unknocked unknocked, ILogger<CaseStarter> log)
{
    /// <summary>The one event a case waits for. It says only: look again.</summary>
    public const string CaseChanged = "CaseChanged";

    /// <summary>How long starting and knocking may take in all. Real time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Every status: an instance of this id, running or ended, is never replaced.</summary>
    internal static readonly OrchestrationRuntimeStatus[] Any =
    [
        OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated,
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended,
    ];

    /// <summary>Starts a new case; false when that is done later.</summary>
    public Task<bool> Start(DurableTaskClient durable, PenaltyCase current) =>
        NowOrLater(current.Id, limited => StartCase(durable, current, limited));

    /// <summary>Says that the case was changed; false when that is done later.</summary>
    public Task<bool> Knock(DurableTaskClient durable, PenaltyCase current) =>
        NowOrLater(current.Id, limited => TryKnock(durable, current, limited));

    /// <summary>Starts the case where it is open, and knocks; false when either is done later.</summary>
    public Task<bool> StartAndKnock(DurableTaskClient durable, PenaltyCase current) =>
        NowOrLater(current.Id, limited => TryStartAndKnock(durable, current, limited));

    /// <summary>Starts an orchestration that belongs to no case; false when that is done later.</summary>
    /// <param name="instance">One that is there already is left as it is.</param>
    /// <exception cref="OrchestrationAlreadyExistsException">It is there already.</exception>
    /// <exception cref="Azure.RequestFailedException">The task hub does not answer, and it could not be written down either.</exception>
    public async Task<bool> Start(DurableTaskClient durable, string orchestrator, object input, string instance, CancellationToken cancellation)
    {
        try
        {
            await Limited(limited => Schedule(durable, orchestrator, input, instance, limited));
            return true;
        }
        catch (Exception fault) when (IsAway(fault))
        {
            LogLater(log, instance, fault.GetBaseException().GetType().Name);
            await unknocked.Write(orchestrator, input, instance, cancellation);
            return false;
        }
    }

    /// <summary>For those who can wait and try again: faults are thrown.</summary>
    internal static async Task TryStartAndKnock(DurableTaskClient durable, PenaltyCase current, CancellationToken cancellation)
    {
        if (current.Life is LifeState.Open)
        {
            await StartCase(durable, current, cancellation);
        }

        await TryKnock(durable, current, cancellation);
    }

    /// <inheritdoc cref="TryStartAndKnock"/>
    internal static Task Schedule(DurableTaskClient durable, string orchestrator, object input, string instance, CancellationToken cancellation) =>
        durable.ScheduleNewOrchestrationInstanceAsync(
            orchestrator, input, new StartOrchestrationOptions(instance).WithDedupeStatuses(Any), cancellation);

    private static async Task StartCase(DurableTaskClient durable, PenaltyCase current, CancellationToken cancellation)
    {
        try
        {
            var work = new CaseWork(current.Id, current.Policy, current.Run);
            await Schedule(durable, Orchestrator(current.Complaint.Kind), work, current.InstanceId, cancellation);
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

    /// <summary>A finished or not yet started instance is no fault: state decides, and the sweeper looks too.</summary>
    internal static async Task TryKnock(DurableTaskClient durable, PenaltyCase current, CancellationToken cancellation)
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

    /// <summary>What is stored is started and knocked at, also when whoever sent it has left meanwhile.</summary>
    private static async Task Limited(Func<CancellationToken, Task> act)
    {
        using var limited = new CancellationTokenSource(Patience);
        await act(limited.Token);
    }

    /// <summary>A call that was cancelled ran into its limit.</summary>
    internal static bool IsAway(Exception fault) => StorageFault.Is(fault) || fault is OperationCanceledException;

    private async Task<bool> NowOrLater(string caseId, Func<CancellationToken, Task> act)
    {
        try
        {
            await Limited(act);
            return true;
        }
        catch (Exception fault) when (IsAway(fault))
        {
            LogLater(log, caseId, fault.GetBaseException().GetType().Name);
            return await Later(caseId);
        }
    }

    /// <summary>
    /// Writes down that a case is to be started and knocked at. The case is stored, so what its sender asked for is done: where even this cannot be
    /// written, the sweeps find the case.
    /// </summary>
    /// <returns>False, as for every case that is not knocked at now.</returns>
    internal async Task<bool> Later(string caseId)
    {
        try
        {
            await unknocked.Write(caseId, CancellationToken.None);
        }
        catch (Exception fault) when (IsAway(fault))
        {
            LogNotWritten(log, caseId, fault.GetBaseException().GetType().Name);
        }

        return false;
    }

    [LoggerMessage(LogLevel.Warning, "{CaseId}: the task hub did not answer in time ({Fault}); started and knocked at within some minutes")]
    private static partial void LogLater(ILogger log, string caseId, string fault);

    [LoggerMessage(LogLevel.Error, "{CaseId}: the task hub did not answer, and that could not be written down ({Fault}); the sweep finds it")]
    private static partial void LogNotWritten(ILogger log, string caseId, string fault);
}
