using Azure;
using Azure.Data.Tables;

namespace Penalties.Cases;

/// <summary>
/// The cases and their activity logs. Partition = case; rows <c>case|{id}</c>, <c>log|00000002|{id}</c> …, <c>sms|01|{id}</c>. A change writes case row
/// and log entries in one transaction, so that the log always tells the state. No two cases share a row key: Azurite looks a row up by its row key
/// first, and would go through the rows of all cases.
/// </summary>
public sealed partial class CaseStore(
    AppTables tables, CaseIndex index, CaseDirectory directory, [FromKeyedServices(Clocks.Business)] TimeProvider clock, ILogger<CaseStore> log)
{
    public const string Table = "Cases";

    /// <summary>How often a change that lost a race is decided anew.</summary>
    private const int Races = 20;

    private readonly TableClient _cases = tables.Of(Table);

    public async Task<PenaltyCase?> Find(string caseId, CancellationToken cancellation)
    {
        if (!CaseId.IsWellFormed(caseId))
        {
            return null;
        }

        var row = await _cases.GetEntityIfExistsAsync<CaseRow>(caseId, CaseRow.KeyOf(caseId), cancellationToken: cancellation);
        return row.HasValue ? row.Value!.ToCase() : null;
    }

    /// <exception cref="InvalidOperationException">There is no such case; callers inside a case know that there is.</exception>
    public async Task<PenaltyCase> Read(string caseId, CancellationToken cancellation) =>
        await Find(caseId, cancellation) ?? throw new InvalidOperationException($"Case {caseId} is not stored.");

    /// <summary>The activity log, oldest entry first.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadLog(string caseId, CancellationToken cancellation)
    {
        var entries = new List<LogEntry>();
        var rows = _cases.QueryAsync<LogRow>(
            TableClient.CreateQueryFilter($"PartitionKey eq {caseId} and RowKey gt {CaseRow.Prefix} and RowKey lt {LogRow.PrefixEnd}"),
            cancellationToken: cancellation);
        await foreach (var row in rows)
        {
            entries.AddRange(row.ToEntries());
        }

        return entries;
    }

    /// <summary>
    /// Stores a new case with what is already known of it, or gives back null when the case exists. The lists hear of it when its orchestration begins.
    /// </summary>
    public async Task<PenaltyCase?> File(CaseFiled filed, IEnumerable<CaseEvent> facets, Cause cause, IReadOnlyList<string> deliveries, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var current = Transitions.File(filed, now);
        var entries = new List<LogEntry> { new(current.Seq, now, cause.By, cause.Why, filed) };
        foreach (var happened in facets)
        {
            current = Transitions.Apply(current, happened, now).Case
                ?? throw new InvalidOperationException($"A new case refuses {happened.GetType().Name}.");
            entries.Add(new(current.Seq, now, cause.By, cause.Why, happened));
        }

        var row = CaseRow.Filed(current, entries, deliveries);
        try
        {
            await _cases.AddEntityAsync(row, cancellation);
            return current;
        }
        catch (RequestFailedException conflict) when (conflict.Status == 409)
        {
            // The client repeats a write whose answer was lost, and the repetition then conflicts with the first: whose row stands there decides.
            var stored = await _cases.GetEntityIfExistsAsync<CaseRow>(current.Id, row.RowKey, cancellationToken: cancellation);
            return stored.HasValue && stored.Value!.FiledBy == row.FiledBy ? current : null;
        }
    }

    /// <summary>
    /// Decides on the newest state and writes what was decided: all events or none. A lost race is decided again on what the winner left.
    /// </summary>
    /// <param name="decide">Pure: the events to happen to the case as it stands; none leaves it as it is.</param>
    /// <param name="deliveries">
    /// Keys of the webhook delivery that told it, stored with the case: where it knows one of them already, nothing happens.
    /// </param>
    public async Task<CaseChange> Change(
        string caseId,
        Cause cause,
        Func<PenaltyCase, IEnumerable<CaseEvent>> decide,
        CancellationToken cancellation,
        IReadOnlyList<string>? deliveries = null)
    {
        if (!CaseId.IsWellFormed(caseId))
        {
            return new(null, [], null);
        }

        for (var race = 1; race <= Races; race++)
        {
            var stored = await _cases.GetEntityIfExistsAsync<CaseRow>(caseId, CaseRow.KeyOf(caseId), cancellationToken: cancellation);
            if (!stored.HasValue)
            {
                return new(null, [], null);
            }

            var before = stored.Value!.ToCase();
            if (stored.Value.Knows(deliveries))
            {
                return new(before, [], null);
            }

            var now = clock.GetUtcNow();
            var writer = Guid.NewGuid();
            var current = before;
            var entries = new List<LogRow>();
            var ledger = new Dictionary<string, LedgerRow>();
            foreach (var happened in decide(before))
            {
                var transition = Transitions.Apply(current, happened, now);
                if (transition.Refusal is { } refusal)
                {
                    return new(before, [], refusal);
                }

                if (LedgerRow.After(current, transition.Case!, happened, now) is { } attempt)
                {
                    ledger[attempt.RowKey] = attempt;
                }

                current = transition.Case!;
                entries.Add(LogRow.Of(current, happened, cause, now, writer));
            }

            if (entries.Count == 0 && deliveries is null)
            {
                return new(before, [], null);
            }

            var actions = entries.Select(entry => new TableTransactionAction(TableTransactionActionType.Add, entry))
                .Concat(ledger.Values.Select(attempt => new TableTransactionAction(TableTransactionActionType.UpsertReplace, attempt)))
                .Prepend(new(TableTransactionActionType.UpdateMerge, stored.Value.Changed(current, deliveries), stored.Value.ETag));

            // Where nothing but the deliveries is new, the next look finds them if they were stored.
            if (await Submit(actions, caseId, entries.FirstOrDefault()?.RowKey, writer, cancellation))
            {
                await Tell(before, current, cancellation);
                return new(current, [.. entries.Select(entry => entry.ToEntry().Event)], null);
            }
        }

        throw new RequestFailedException(503, $"Case {caseId} changes too fast: {Races} attempts lost their race.");
    }

    /// <summary>Cases in the order of their ids, behind <paramref name="after"/>: what a sweep goes through page by page.</summary>
    public async Task<IReadOnlyList<PenaltyCase>> Page(string? after, int size, CancellationToken cancellation)
    {
        var start = after ?? "";
        var pages = _cases.QueryAsync<CaseRow>(
            TableClient.CreateQueryFilter($"PartitionKey gt {start} and RowKey gt {CaseRow.Prefix} and RowKey lt {CaseRow.PrefixEnd}"),
            size, cancellationToken: cancellation).AsPages(null, size);
        var found = new List<PenaltyCase>();
        await foreach (var page in pages)
        {
            // The service may give back a page with fewer rows than there are: only enough of them, or no more, is an end.
            found.AddRange(page.Values.Select(row => row.ToCase()));
            if (found.Count >= size)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>
    /// Lists and records hear of what they show. The change itself is stored: what fails here fails nobody's request, and the sweeps heal it.
    /// </summary>
    private async Task Tell(PenaltyCase before, PenaltyCase current, CancellationToken cancellation)
    {
        try
        {
            if (CaseIndex.Shows(before) != CaseIndex.Shows(current))
            {
                await index.Write(current, cancellation);
            }

            if (before.Counts != current.Counts)
            {
                await directory.Enter(current, cancellation);
            }
        }
        catch (Exception fault) when (StorageFault.Is(fault))
        {
            LogUntold(log, current.Id, fault.GetBaseException().GetType().Name);
        }
    }

    /// <param name="witness">Key of a row that this transaction adds and nobody ever changes; null: it adds none.</param>
    /// <returns>False when another writer was first.</returns>
    private async Task<bool> Submit(
        IEnumerable<TableTransactionAction> actions, string caseId, string? witness, Guid writer, CancellationToken cancellation)
    {
        try
        {
            await _cases.SubmitTransactionAsync(actions, cancellation);
            return true;
        }
        catch (TableTransactionFailedException conflict) when (conflict.Status is 409 or 412)
        {
            if (witness is null)
            {
                return false;
            }

            // As with a filing, but the case row may have been changed since.
            var stored = await _cases.GetEntityIfExistsAsync<TableEntity>(caseId, witness, cancellationToken: cancellation);
            return stored.HasValue && stored.Value!.GetGuid("Writer") == writer;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId} changed, and the lists have not heard of it ({Fault}); the sweeps tell them")]
    private static partial void LogUntold(ILogger log, string caseId, string fault);
}

/// <summary>What became of a change. <paramref name="Case"/> is null when there is no such case; with a refusal it is the case as it stands.</summary>
public sealed record CaseChange(PenaltyCase? Case, IReadOnlyList<CaseEvent> Happened, Refusal? Refusal);

/// <summary>One entry of a case's activity log: who (a person or "system"), when, what, and what led to it.</summary>
public sealed record LogEntry(long Seq, DateTimeOffset At, string By, string Why, CaseEvent Event);

/// <summary>Who writes to an activity log, and why.</summary>
/// <param name="By">Id of a person, or <see cref="Actor.System"/>.</param>
/// <param name="Why">Name of the function that recorded it.</param>
public readonly record struct Cause(string By, string Why);
