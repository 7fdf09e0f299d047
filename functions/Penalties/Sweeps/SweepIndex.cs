namespace Penalties.Sweeps;

/// <summary>
/// Goes through all cases in windows of bounded size, and mends what the lists cannot show because they do not have it: rows of the index and the
/// directory that are missing or wrong, and cases that were stored but never started. A window ends where the next begins.
/// </summary>
public sealed partial class SweepIndex(
    CaseIndex index, CaseDirectory directory, CaseStore cases, CaseStarter starter, OperationTable operations, CaseMetrics metrics,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock, ILogger<SweepIndex> log)
{
    /// <summary>Cases a page, and pages one run goes through: half a million cases are gone through within a day.</summary>
    private const int Window = 1_000;

    /// <inheritdoc cref="Window"/>
    private const int Pages = 20;

    /// <summary>A case that changed less long ago is being written.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(5);

    /// <summary>Only a change can leave the lists behind; what changed longer ago was looked at when the sweep came round before.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    [Function(nameof(SweepIndex))]
    public async Task Run([TimerTrigger("%SweepSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var (looked, mended) = (0, 0);
        var cursor = await operations.CursorOf(nameof(SweepIndex), cancellation);
        for (var count = 1; count <= Pages; count++)
        {
            var page = await cases.Page(cursor, Window, cancellation);
            foreach (var current in page.Where(one => clock.GetUtcNow() - one.ChangedAt is var age && age >= Settled && age < Recent))
            {
                mended += await IsMended(current, durable, cancellation) ? 1 : 0;
            }

            looked += page.Count;
            cursor = page.Count >= Window ? page[^1].Id : null;
            if (cursor is null)
            {
                break;
            }
        }

        await operations.MoveCursor(nameof(SweepIndex), cursor, cancellation);
        metrics.Looked(nameof(SweepIndex), looked);
        LogSwept(log, looked, mended);
    }

    /// <summary>A case that cannot be mended must not hide those behind it.</summary>
    private async Task<bool> IsMended(PenaltyCase current, DurableTaskClient durable, CancellationToken cancellation)
    {
        try
        {
            return await Mend(current, durable, cancellation);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested && !StorageFault.Is(fault))
        {
            metrics.SweepFailed(nameof(SweepIndex));
            LogFailed(log, current.Id, fault.GetBaseException().GetType().Name);
            return false;
        }
    }

    private async Task<bool> Mend(PenaltyCase current, DurableTaskClient durable, CancellationToken cancellation)
    {
        var isIndexed = await index.IsRight(current, cancellation);
        var isListed = await directory.Has(current, cancellation);
        if (isIndexed && isListed)
        {
            return false;
        }

        metrics.Mended(isIndexed ? "directory" : "index");
        LogMended(log, current.Id, isIndexed ? "directory" : "index");
        await index.Write(current, cancellation);
        await directory.Enter(current, cancellation);

        // What enters a case there is its orchestration: where it never did, it may never have begun.
        await starter.StartAndKnock(durable, current);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Case {CaseId} cannot be looked at: {Fault}")]
    private static partial void LogFailed(ILogger log, string caseId, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId} was missing or wrong in the {What}")]
    private static partial void LogMended(ILogger log, string caseId, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "Looked at {Looked} cases, {Mended} were missing or wrong in the lists")]
    private static partial void LogSwept(ILogger log, int looked, int mended);
}
