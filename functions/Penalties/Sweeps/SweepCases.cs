namespace Penalties.Sweeps;

/// <summary>
/// Finds open cases that should be doing something and are not: changed but never knocked at, waiting but past an alarm, reserved but never
/// sent, or with an orchestration that ended too early or is stuck. Knocking and starting do no harm where nothing was wrong. It also mends
/// the list. One run looks at so many cases and the next goes on behind them.
/// </summary>
public sealed partial class SweepCases(
    CaseIndex index,
    CaseStore cases,
    CaseStarter starter,
    Snapshots snapshots,
    OperationTable operations,
    CaseMetrics metrics,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock,
    ILogger<SweepCases> log)
{
    private const int Window = 5_000;

    /// <summary>A case that changed less long ago is being worked on.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(5);

    [Function(nameof(SweepCases))]
    public async Task Run(
        [TimerTrigger("%SweepSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var (looked, mended) = (0, 0);
        string? last = null;
        await foreach (var row in index.Open(await operations.CursorOf(nameof(SweepCases), cancellation), cancellation))
        {
            if (looked == Window)
            {
                break;
            }

            looked++;
            last = row.CaseId;
            mended += await IsMended(row, durable, cancellation) ? 1 : 0;
        }

        await operations.MoveCursor(nameof(SweepCases), looked == Window ? last : null, cancellation);
        metrics.Looked(nameof(SweepCases), looked);
        LogSwept(log, looked, mended);
    }

    /// <summary>A case that cannot even be looked at must not hide those behind it: it is told, and the sweep goes on.</summary>
    private async Task<bool> IsMended(OpenEntry row, DurableTaskClient durable, CancellationToken cancellation)
    {
        try
        {
            return await cases.Find(row.CaseId, cancellation) is { } current && await Mend(current, row, durable, cancellation);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested && !StorageFault.Is(fault))
        {
            metrics.SweepFailed(nameof(SweepCases));
            LogFailed(log, row.CaseId, fault.GetBaseException().GetType().Name);
            return false;
        }
    }

    private async Task<bool> Mend(PenaltyCase current, OpenEntry row, DurableTaskClient durable, CancellationToken cancellation)
    {
        if (row.State != current.State.ToString() || row.InstanceId != current.InstanceId)
        {
            metrics.Mended("list");
            await index.Write(current, cancellation);
        }

        var now = clock.GetUtcNow();
        if (current.Life is LifeState.Closed || now - current.ChangedAt < Settled
            || NextStep.Of(snapshots.Of(current), now, current.Policy) is { Kind: StepKind.Wait })
        {
            return false;
        }

        if (await durable.GetInstanceAsync(current.InstanceId, cancellation) is { IsCompleted: true })
        {
            metrics.Mended("ended-too-early");
            var cause = new Cause(Actor.System, nameof(SweepCases));
            var resumed = await cases.Change(current.Id, cause, still => still.Run == current.Run ? [new CaseResumed()] : [], cancellation);
            current = resumed.Case ?? current;
        }

        metrics.Mended("stood-still");
        LogMended(log, current.Id);
        await starter.StartAndKnock(durable, current);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Case {CaseId} cannot be looked at: {Fault}")]
    private static partial void LogFailed(ILogger log, string caseId, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId} stood still: started and knocked at")]
    private static partial void LogMended(ILogger log, string caseId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Looked at {Looked} open cases, {Mended} stood still")]
    private static partial void LogSwept(ILogger log, int looked, int mended);
}
