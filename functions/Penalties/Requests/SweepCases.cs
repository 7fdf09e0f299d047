using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>
/// Finds open cases that should be doing something and are not: stored but never started, changed but never knocked at, past an alarm, or
/// with an orchestration that ended too early. Knocking and starting do no harm where nothing was wrong. It also mends the list.
/// </summary>
public sealed partial class SweepCases(
    CaseIndex index,
    CaseStore cases,
    CaseStarter starter,
    Snapshots snapshots,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock,
    ILogger<SweepCases> log)
{
    /// <summary>A case that changed less long ago is being worked on.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(5);

    [Function(nameof(SweepCases))]
    public async Task Run(
        [TimerTrigger("%SweepSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var (looked, mended) = (0, 0);
        await foreach (var row in index.Open(cancellation))
        {
            looked++;
            if (await cases.Find(row.CaseId, cancellation) is { } current && await Mend(current, row, durable, cancellation))
            {
                mended++;
            }
        }

        LogSwept(log, looked, mended);
    }

    private async Task<bool> Mend(
        PenaltyCase current, (string CaseId, string State, string InstanceId) row, DurableTaskClient durable, CancellationToken cancellation)
    {
        if (row.State != current.State.ToString() || row.InstanceId != current.InstanceId)
        {
            await index.Write(current, cancellation);
        }

        var now = clock.GetUtcNow();
        if (current.Life is LifeState.Closed || now - current.ChangedAt < Settled
            || NextStep.Of(snapshots.Of(current), now, current.Policy) is { Kind: StepKind.Wait } wait && !(wait.Until <= now))
        {
            return false;
        }

        if (await durable.GetInstanceAsync(current.InstanceId, cancellation) is { IsCompleted: true })
        {
            var resumed = await cases.Change(current.Id, CaseSteps.System, still => still.Run == current.Run ? [new CaseResumed()] : [], cancellation);
            current = resumed.Case ?? current;
        }

        LogMended(log, current.Id);
        await starter.StartAndKnock(durable, current, cancellation);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId} stood still: started and knocked at")]
    private static partial void LogMended(ILogger log, string caseId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Looked at {Looked} open cases, {Mended} stood still")]
    private static partial void LogSwept(ILogger log, int looked, int mended);
}
