using Penalties.Intake;
using Penalties.Intake.Sources;
using Penalties.Outside.Crm;

namespace Penalties.Sweeps;

/// <summary>
/// Webhooks are best effort: looks for tickets of a complaint whose webhook never came, and takes what they say. A ticket that is known
/// already changes nothing. It goes on where it stopped, with an overlap, because a CRM's search lags behind.
/// </summary>
public sealed partial class SweepTickets(
    ZendeskTickets tickets, TicketFetch fetch, OperationTable operations, CaseMetrics metrics, IOptions<CrmOptions> crm,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock, ILogger<SweepTickets> log)
{
    /// <summary>Pages of 100 one run looks at.</summary>
    private const int MostPages = 10;

    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    /// <summary>How far back the first run looks.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromDays(1);

    [Function(nameof(SweepTickets))]
    public async Task Run([TimerTrigger("%SweepSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        foreach (var (name, source) in crm.Value.Sources.Where(one => one.Value.SweepTag.Length > 0))
        {
            await Sweep(durable, name, source, cancellation);
        }
    }

    private async Task Sweep(DurableTaskClient durable, string name, CrmSource source, CancellationToken cancellation)
    {
        var cursor = $"{nameof(SweepTickets)}-{name}";
        var since = Parse(await operations.CursorOf(cursor, cancellation)) ?? clock.GetUtcNow() - FirstLook;
        var (looked, missed, last) = (0, 0, since);
        for (var page = 1; page <= MostPages; page++)
        {
            var found = await tickets.Search(source.SweepTag, since - Overlap, page, cancellation);
            foreach (var ticket in found.Tickets)
            {
                var received = await fetch.Take(
                    durable, name, source, ticket, Delivery.Of($"sweep|{name}|{ticket.Id}|{ticket.UpdatedAt}", []), cancellation);
                missed += received.Status is CaseIntake.Filed or CaseIntake.Updated or CaseIntake.Linked ? 1 : 0;
                looked++;
                last = Parse(ticket.UpdatedAt) is { } updated && updated > last ? updated : last;
            }

            if (!found.HasMore)
            {
                break;
            }
        }

        await operations.MoveCursor(cursor, last.ToString("O", CultureInfo.InvariantCulture), cancellation);
        metrics.Looked(nameof(SweepTickets), looked);
        if (missed > 0)
        {
            metrics.Mended("webhook-missed");
        }

        LogSwept(log, name, looked, missed);
    }

    private static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "Source {Source}: looked at {Looked} tickets, of {Missed} nothing had been heard")]
    private static partial void LogSwept(ILogger log, string source, int looked, int missed);
}
