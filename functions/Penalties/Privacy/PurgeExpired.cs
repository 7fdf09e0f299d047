using Penalties.Blocking;
using Penalties.Intake;

namespace Penalties.Privacy;

/// <summary>
/// Deletes what has been kept long enough, every night for a bounded time; what is left over is taken up the next night, because
/// a plan's row goes only when its purge is done. Contact data, ledger and durable histories go some days after closing, the case itself years
/// after; bodies of rejected webhooks, dead letters and the access log, by their own age.
/// </summary>
public sealed partial class PurgeExpired(
    PurgePlan plan,
    CaseStore cases,
    ContactStore contacts,
    CaseIndex index,
    CaseDirectory directory,
    RefusedDeliveries refused,
    DeadLetters deadLetters,
    AccessLog access,
    CaseMetrics metrics,
    IOptions<PrivacyOptions> privacy,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock,
    ILogger<PurgeExpired> log)
{
    /// <summary>Rows of each other kind that one night takes.</summary>
    private const int Window = 5_000;

    /// <summary>How long one night's run goes on with planned cases; what is left over is the next night's.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>03:40 KST.</summary>
    private const string EveryNight = "0 40 18 * * *";

    [Function(nameof(PurgeExpired))]
    public async Task Run([TimerTrigger(EveryNight)] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        var purged = 0;
        await foreach (var due in plan.Due(cancellation))
        {
            if (TimeProvider.System.GetElapsedTime(began) > Longest)
            {
                break;
            }

            purged += await IsDone(due.CaseId, () => Purge(due, durable, cancellation), cancellation) ? 1 : 0;
        }

        var now = clock.GetUtcNow();
        var contactsEnd = now.AddDays(-privacy.Value.ContactDays);
        var bodies = await Count("rejected deliveries", () => refused.DeleteBefore(contactsEnd, Window, cancellation), cancellation);
        var dead = await Count("dead letters", () => deadLetters.DeleteBefore(contactsEnd, Window, cancellation), cancellation);
        var notes = await Count("notes", () => PurgeInstances(durable, RefusedDeliveries.NotePrefix, contactsEnd, cancellation), cancellation)
            + await Count("tickets", () => PurgeInstances(durable, TicketFetch.Prefix, contactsEnd, cancellation), cancellation);
        var accesses = await Count(
            "accesses", () => access.DeleteBefore(now.AddDays(-privacy.Value.AccessLogDays), Window, cancellation), cancellation);
        var forgotten = await Count("contacts", () => PurgeForgotten(contactsEnd, cancellation), cancellation);
        LogPurged(log, purged, bodies, dead, notes, accesses, forgotten);
        metrics.Purged(purged + bodies + dead + notes + accesses + forgotten);
    }

    /// <summary>What goes wrong with one must not keep the others: it is told, and tried again the next night.</summary>
    private async Task<bool> IsDone(string what, Func<Task> purge, CancellationToken cancellation)
    {
        try
        {
            await purge();
            return true;
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            metrics.PurgeFailed();
            LogFailed(log, what, fault.GetBaseException().GetType().Name);
            return false;
        }
    }

    private async Task<int> Count(string what, Func<Task<int>> purge, CancellationToken cancellation)
    {
        var count = 0;
        await IsDone(what, async () => count = await purge(), cancellation);
        return count;
    }

    private async Task Purge(PlannedPurge due, DurableTaskClient durable, CancellationToken cancellation)
    {
        if (await cases.Find(due.CaseId, cancellation) is not { ClosedAt: { } closedAt } current)
        {
            // Gone, opened again, or planned by a closing that did not come about: the next closing plans anew.
            await plan.Done(due, cancellation);
            return;
        }

        if (!plan.IsOver(due, closedAt))
        {
            await plan.Again(due, closedAt, cancellation);
            return;
        }

        if (IsUnsettled(current))
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
            if (!await contacts.Purge(current, async () => (await cases.Find(current.Id, cancellation))?.Seq == current.Seq, cancellation))
            {
                // Something happened to it just now: the next night looks again.
                return;
            }

            await cases.DeleteLedger(current.Id, cancellation);
            for (var run = 1; run <= current.Run; run++)
            {
                await PurgeInstance(durable, (current with { Run = run }).InstanceId, cancellation);
            }

            await plan.Case(current.Id, closedAt, cancellation);
        }

        await plan.Done(due, cancellation);
        LogPurgedCase(log, current.Id, due.IsWholeCase ? "case" : "contact data");
    }

    private static bool IsUnsettled(PenaltyCase current) => current.Message is MessageState.Reserved or MessageState.Sent;

    /// <summary>An earlier run that somebody suspended has not ended, and only what has ended can be purged.</summary>
    private static async Task PurgeInstance(DurableTaskClient durable, string instanceId, CancellationToken cancellation)
    {
        if (await durable.GetInstanceAsync(instanceId, cancellation) is not { } instance)
        {
            return;
        }

        if (!instance.IsCompleted)
        {
            await durable.TerminateInstanceAsync(instanceId, cancellation);
            await durable.WaitForInstanceCompletionAsync(instanceId, cancellation);
        }

        await durable.PurgeInstanceAsync(instanceId, cancellation: cancellation);
    }

    /// <summary>
    /// Rows no plan points at: of a complaint whose case was never stored, a consent nobody asked for, a word written after the purge, a body whose
    /// delivery was not recorded. They go when they are as old as anything may become behind a closed case.
    /// </summary>
    private async Task<int> PurgeForgotten(DateTimeOffset before, CancellationToken cancellation)
    {
        var purged = 0;
        foreach (var key in await contacts.KeysWithRowsBefore(before, Window, cancellation))
        {
            var owner = await contacts.Owner(key, cancellation) ?? key;
            var current = await cases.Find(owner, cancellation);
            if (current is null || (current is { ClosedAt: { } closedAt } && closedAt < before && !IsUnsettled(current)))
            {
                purged += await contacts.PurgeBefore(key, before, isForgotten: current is null, cancellation);
            }
        }

        return purged;
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The purge of {What} failed ({Fault}) and is tried again")]
    private static partial void LogFailed(ILogger log, string what, string fault);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Purged {Cases} planned cases, {Bodies} rejected deliveries, {Dead} dead letters, {Notes} notes and tickets, {Accesses} accesses, {Forgotten} forgotten rows")]
    private static partial void LogPurged(ILogger log, int cases, int bodies, int dead, int notes, int accesses, int forgotten);
}
