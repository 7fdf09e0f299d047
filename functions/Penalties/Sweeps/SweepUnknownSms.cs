using Penalties.Outside;

namespace Penalties.Sweeps;

/// <summary>
/// Asks the provider once a day about messages whose result is unknown, as long as their case is open: a report that comes after the watch
/// still tells the manager who has the case what is true. Nothing is ever sent.
/// </summary>
public sealed partial class SweepUnknownSms(
    CaseIndex index, SmsSettlement settlement, OperationTable operations, CaseMetrics metrics, ILogger<SweepUnknownSms> log)
{
    private const int Window = 500;

    /// <summary>08:30 KST, before the send window opens.</summary>
    private const string EveryMorning = "0 30 23 * * *";

    [Function(nameof(SweepUnknownSms))]
    public async Task Run([TimerTrigger(EveryMorning)] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var (asked, settled) = (0, 0);
        string? last = null;
        await foreach (var row in index.Open(await operations.CursorOf(nameof(SweepUnknownSms), cancellation), cancellation))
        {
            if (asked == Window)
            {
                break;
            }

            last = row.CaseId;
            if (row.Message is MessageState.Unknown)
            {
                asked++;
                settled += await IsSettled(row.CaseId, durable, cancellation) ? 1 : 0;
            }
        }

        await operations.MoveCursor(nameof(SweepUnknownSms), asked == Window ? last : null, cancellation);
        metrics.Looked(nameof(SweepUnknownSms), asked);
        LogSwept(log, asked, settled);
    }

    /// <summary>A provider that is away is asked again tomorrow; the other messages are asked about today.</summary>
    private async Task<bool> IsSettled(string caseId, DurableTaskClient durable, CancellationToken cancellation)
    {
        try
        {
            var isSettled = await settlement.Settle(durable, caseId, nameof(SweepUnknownSms), cancellation);
            if (isSettled)
            {
                metrics.Mended("unknown-sms");
            }

            return isSettled;
        }
        catch (OutsideSystemUnavailableException away)
        {
            LogAway(log, caseId, away.Code);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId}: the provider could not be asked about its message ({Code})")]
    private static partial void LogAway(ILogger log, string caseId, string code);

    [LoggerMessage(Level = LogLevel.Information, Message = "Asked about {Asked} messages of unknown result, {Settled} have one now")]
    private static partial void LogSwept(ILogger log, int asked, int settled);
}
