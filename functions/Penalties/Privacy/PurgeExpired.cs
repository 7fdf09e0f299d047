using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Penalties.Intake;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Privacy;

/// <summary>
/// Deletes what has been kept long enough, every night, in a window of bounded size; what is left over is taken up by the next window, because
/// a plan's row goes only when its purge is done. Contact data, ledger and durable histories go some days after closing, the case itself years
/// after; bodies of rejected webhooks, and the access log, by their own age.
/// </summary>
public sealed partial class PurgeExpired(
    PurgePlan plan,
    CaseStore cases,
    ContactStore contacts,
    CaseIndex index,
    CaseDirectory directory,
    RefusedDeliveries refused,
    AccessLog access,
    CaseMetrics metrics,
    IOptions<PrivacyOptions> privacy,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock,
    ILogger<PurgeExpired> log)
{
    /// <summary>Cases and rows one window takes.</summary>
    private const int Window = 500;

    /// <summary>03:40 KST.</summary>
    private const string EveryNight = "0 40 18 * * *";

    [Function(nameof(PurgeExpired))]
    public async Task Run([TimerTrigger(EveryNight)] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var purged = 0;
        await foreach (var due in plan.Due(cancellation))
        {
            if (purged++ == Window)
            {
                break;
            }

            await Purge(due, durable, cancellation);
        }

        var now = clock.GetUtcNow();
        var contactsEnd = now.AddDays(-privacy.Value.ContactDays);
        var bodies = await refused.DeleteBefore(contactsEnd, Window, cancellation);
        var notes = await PurgeInstances(durable, RefusedDeliveries.NotePrefix, contactsEnd, cancellation)
            + await PurgeInstances(durable, TicketFetch.Prefix, contactsEnd, cancellation);
        var accesses = await access.DeleteBefore(now.AddDays(-privacy.Value.AccessLogDays), Window, cancellation);
        LogPurged(log, purged, bodies, notes, accesses);
        metrics.Purged(purged + bodies + notes + accesses);
    }

    private async Task Purge(PlannedPurge due, DurableTaskClient durable, CancellationToken cancellation)
    {
        if (await cases.Find(due.CaseId, cancellation) is not { ClosedAt: { } closedAt } current || !plan.IsOver(due, closedAt))
        {
            // Gone, opened again, or planned by a closing that did not come about: the next closing plans anew.
            await plan.Done(due, cancellation);
            return;
        }

        if (current.Message is MessageState.Reserved or MessageState.Sent)
        {
            // The ledger tells how to look the message up, and the number is needed to understand it: both wait until it is settled.
            LogUnsettled(log, current.Id, current.Message);
            return;
        }

        if (due.IsWholeCase)
        {
            await contacts.DeleteAll(current.ContactKey, cancellation);
            await index.Delete(current, cancellation);
            await directory.Delete(current, cancellation);
            await cases.Delete(current.Id, cancellation);
        }
        else
        {
            await contacts.Purge(current, cancellation);
            await cases.DeleteLedger(current.Id, cancellation);
            for (var run = 1; run <= current.Run; run++)
            {
                await durable.PurgeInstanceAsync((current with { Run = run }).InstanceId, cancellation: cancellation);
            }

            await plan.Case(current.Id, closedAt, cancellation);
        }

        await plan.Done(due, cancellation);
        LogPurgedCase(log, current.Id, due.IsWholeCase ? "case" : "contact data");
    }

    /// <summary>Histories that belong to no case: notes on tickets that made none, and fetched tickets.</summary>
    private static async Task<int> PurgeInstances(DurableTaskClient durable, string prefix, DateTimeOffset before, CancellationToken cancellation)
    {
        var purged = 0;
        var query = new OrchestrationQuery
        {
            InstanceIdPrefix = prefix,
            CreatedTo = before,
            Statuses = [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated],
        };
        await foreach (var instance in durable.GetAllInstancesAsync(query).WithCancellation(cancellation))
        {
            if (purged++ == Window)
            {
                break;
            }

            await durable.PurgeInstanceAsync(instance.InstanceId, cancellation: cancellation);
        }

        return purged;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Case {CaseId}: {What} purged")]
    private static partial void LogPurgedCase(ILogger log, string caseId, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId} is not purged: its message is {Message}")]
    private static partial void LogUnsettled(ILogger log, string caseId, MessageState message);

    [LoggerMessage(Level = LogLevel.Information, Message = "Purged {Cases} planned cases, {Bodies} rejected deliveries, {Notes} notes, {Accesses} accesses")]
    private static partial void LogPurged(ILogger log, int cases, int bodies, int notes, int accesses);
}
