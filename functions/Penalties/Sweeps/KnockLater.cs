using Azure.Data.Tables;
using DurableTask.Core.Exceptions;

namespace Penalties.Sweeps;

/// <summary>
/// Starts and knocks at what the task hub did not take when it should have (<see cref="Unknocked"/>): every minute, one storage request where
/// there is nothing. While the hub is still away the rest waits for the next minute.
/// </summary>
public sealed partial class KnockLater(Unknocked unknocked, CaseStore cases, CaseMetrics metrics, ILogger<KnockLater> log)
{
    [Function(nameof(KnockLater))]
    public async Task Run([TimerTrigger("%UnknockedSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var (done, away) = (0, 0);
        await foreach (var row in unknocked.All(cancellation))
        {
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limited.CancelAfter(CaseStarter.Patience);
            try
            {
                await Do(durable, row, limited.Token);
                await unknocked.Done(row, limited.Token);
                metrics.Mended("unknocked");
                done++;
                away = 0;
            }
            catch (Exception fault) when (!cancellation.IsCancellationRequested)
            {
                // One that cannot be started at all must not hide those behind it; where the next fails as well, the hub is away.
                LogStillAway(log, row.RowKey, fault.GetBaseException().GetType().Name);
                if (!CaseStarter.IsAway(fault))
                {
                    metrics.SweepFailed(nameof(KnockLater));
                }
                else if (++away == 2)
                {
                    break;
                }
            }
        }

        if (done > 0)
        {
            LogDone(log, done);
        }
    }

    private async Task Do(DurableTaskClient durable, TableEntity row, CancellationToken cancellation)
    {
        if (Unknocked.OrchestrationOf(row) is var (orchestrator, input))
        {
            try
            {
                await CaseStarter.Schedule(durable, orchestrator, input, row.RowKey, cancellation);
            }
            catch (OrchestrationAlreadyExistsException)
            {
                // It was started after all.
            }
        }
        else if (await cases.Find(row.RowKey, cancellation) is { } current)
        {
            await CaseStarter.TryStartAndKnock(durable, current, cancellation);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{CaseId} is still not started or knocked at ({Fault}); tried again")]
    private static partial void LogStillAway(ILogger log, string caseId, string fault);

    [LoggerMessage(LogLevel.Information, "Started and knocked at {Count} that had to wait for the task hub")]
    private static partial void LogDone(ILogger log, int count);
}
