using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Sweeps;

/// <summary>
/// Goes through all cases in windows of bounded size, and mends what the lists cannot show because they do not have it: rows of the index and the
/// directory that are missing or wrong, and cases that were stored but never started. A window ends where the next begins.
/// </summary>
public sealed partial class SweepIndex(
    CaseIndex index, CaseDirectory directory, CaseStore cases, CaseStarter starter, OperationTable operations, CaseMetrics metrics,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock, ILogger<SweepIndex> log)
{
    private const int Window = 1_000;

    /// <summary>A case that changed less long ago is being written.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(5);

    /// <summary>Only a change can leave the lists behind; what changed longer ago was looked at when the sweep came round before.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    [Function(nameof(SweepIndex))]
    public async Task Run([TimerTrigger("%SweepSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var page = await cases.Page(await operations.CursorOf(nameof(SweepIndex), cancellation), Window, cancellation);
        var mended = 0;
        foreach (var current in page.Where(one => clock.GetUtcNow() - one.ChangedAt is var age && age >= Settled && age < Recent))
        {
            mended += await Mend(current, durable, cancellation) ? 1 : 0;
        }

        await operations.MoveCursor(nameof(SweepIndex), page.Count >= Window ? page[^1].Id : null, cancellation);
        metrics.Looked(nameof(SweepIndex), page.Count);
        LogSwept(log, page.Count, mended);
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
        await starter.StartAndKnock(durable, current, cancellation);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId} was missing or wrong in the {What}")]
    private static partial void LogMended(ILogger log, string caseId, string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "Looked at {Looked} cases, {Mended} were missing or wrong in the lists")]
    private static partial void LogSwept(ILogger log, int looked, int mended);
}
