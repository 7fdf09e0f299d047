using System.Diagnostics;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationInstance
{
    private const int MostRowsTakenIn = 60;
    private const int MostTextTakenIn = 8_000_000;

    private bool IsBeforeStart => _rows == 0 && _alarm > _parts.UtcNow;

    /// <summary>Takes the events in, in as many turns as their number and size need.</summary>
    private async Task TurnsAsync(List<Incoming> events, bool wakes)
    {
        if (!_live)
        {
            events.ForEach(TakenIn);
            return;
        }

        if (IsBeforeStart && !events.Exists(static e => e.Event is ExecutionTerminated))
        {
            (_early ??= []).AddRange(events);
            return;
        }

        if (_early is { } early)
        {
            // Kept until they are taken in: a turn that fails is tried again.
            events.InsertRange(0, early.Where(static e => !e.IsTakenIn));
        }

        for (var at = 0; _live && (at < events.Count || wakes || (_rows == 0 && !_setAside)); wakes = false)
        {
            var portion = Portion(events, at);
            if (!await TurnAsync(portion))
            {
                return;
            }

            at += portion.Count;
        }

        _early = null;
    }

    private static List<Incoming> Portion(List<Incoming> events, int from)
    {
        List<Incoming> portion = [];
        var text = 0;
        foreach (var e in events.Skip(from))
        {
            text += e.Event.PayloadLength;
            if (portion.Count == MostRowsTakenIn || (portion.Count > 0 && text > MostTextTakenIn))
            {
                break;
            }

            portion.Add(e);
        }

        return portion;
    }

    /// <summary>False: its version is not one that this host runs, so that nothing was taken in.</summary>
    private async Task<bool> TurnAsync(List<Incoming> items)
    {
        await _parts.TurnSlots.WaitAsync();
        var began = Stopwatch.GetTimestamp();
        Execution before;
        Turn turn;
        try
        {
            before = _run ??= await LoadAsync();
            if (_parts.Turn.Rejects(before.Start.Version) && !items.Exists(static i => i.Event is ExecutionTerminated))
            {
                await LeaveAsync(before, items);
                return false;
            }

            var incoming = Turn.Incoming(before, items, _parts.UtcNow);
            if (incoming.Count == 1)
            {
                items.ForEach(TakenIn);
                _alarm = before.EarliestTimer;
                DispatchActivities();
                return true;
            }

            turn = Turn.Make(_parts, Id, before, incoming, items);
        }
        finally
        {
            _parts.TurnSlots.Release();
        }

        await _parts.Hub.CommitAsync(Shard, turn.Commit.Changes);
        _parts.Metrics.TurnStored(began, turn.Commit.Status, turn.Outcome.Events);
        After(before, turn, items);
        return true;
    }

    /// <summary>
    /// Leaves the instance as it is stored, for a host whose version fits: what came in stays in its rows and is delivered at the next start.
    /// A sub-orchestration that was to begin becomes a pending instance.
    /// </summary>
    private async Task LeaveAsync(Execution run, List<Incoming> items)
    {
        if (run.IsUnwritten)
        {
            var status = new StatusRow(Id, run.Start, OrchestrationRuntimeStatus.Pending) { UpdatedAt = new DateTimeOffset(_parts.UtcNow, TimeSpan.Zero) };
            List<RowChange> changes = [RowChange.Replace(TaskHubKeys.Status(Id), status.Whole())];
            var deleted = TurnCommit.DeleteLast(Id, run.Former, changes);
            await _parts.Hub.CommitAsync(Shard, changes);
            items.Where(static i => i.Event is ExecutionStarted).ToList().ForEach(TakenIn);
            if (run.Former is { } former)
            {
                DeleteHistory(former.Id, former.Rows - deleted);
            }
        }

        LogLeft(_log, Id, run.Start.Version);
        (_run, _inFlight, _alarm) = (null, null, null);
    }

    private async Task<Execution> LoadAsync()
    {
        if (_rows > 0)
        {
            return Execution.From(await _parts.Hub.LoadHistoryAsync(Id, _executionId, _rows), _rows);
        }

        var status = await _parts.Hub.FindStatusAsync(Id) ?? throw new InvalidDataException($"The status row of '{Id}' is gone.");
        return status.Unreadable is { } cause ? throw new InvalidDataException(cause) : new Execution(status.Start);
    }

    /// <summary>Only what is stored takes effect.</summary>
    private void After(Execution before, Turn turn, List<Incoming> items)
    {
        var (after, outcome, commit) = turn;
        var wasFirst = _rows == 0;
        foreach (var item in items)
        {
            TakenIn(item, deleted: commit.Changes);
        }

        if (after.Former is { } former)
        {
            // What did not fit the commit.
            DeleteHistory(former.Id, former.Rows - commit.FormerRowsDeleted);
            after.Former = null;
        }

        _inFlight = after.Id == before.Id ? _inFlight : null;
        after.Rows = commit.Status.Rows;
        after.IsUnwritten = false;
        _run = after;
        (_status, _executionId, _rows) = (outcome.Status, after.Id, after.Rows);
        _alarm = commit.Status.Alarm?.UtcDateTime;
        _live = commit.Status.IsLive;
        if (_live)
        {
            DispatchActivities();
        }
        else if (_setAside)
        {
            GoOn();
        }

        if (commit.MessageRow is { } row)
        {
            commit.Messages.ForEach(message => _table.Deliver(message, row, isRedelivered: false));
        }

        if (wasFirst || !_live)
        {
            _parts.Signals.Changed(Id);
        }
    }

    private void DispatchActivities()
    {
        var run = _run!;
        foreach (var call in run.OpenActivities.Values)
        {
            if ((_inFlight ??= []).Add(call.EventId))
            {
                _parts.Activities.Start(Id, run.Start, call, _parts.Begin("activity"), result =>
                    TryPost(new Incoming(result with { Timestamp = _parts.UtcNow }, run.Id, null)));
            }
        }
    }

    private void DeleteHistory(string executionId, int rows)
    {
        _parts.Hub.DeleteLargeOf(new RunName(Id, executionId));
        for (var n = 1; n <= rows; n++)
        {
            _parts.Hub.DeleteLater(Shard, TaskHubKeys.Turn(Id, executionId, n));
        }
    }

    private void TakenIn(Incoming item) => TakenIn(item, []);

    private void TakenIn(Incoming item, List<RowChange> deleted)
    {
        item.IsTakenIn = true;
        if (item.Row is not { } row || !row.TakeOne())
        {
            return;
        }

        if (deleted.Exists(c => c.Kind == RowChangeKind.Delete && c.Row.Key == row.Key))
        {
            _parts.Hub.StoredEvents.Remove(row);
        }
        else
        {
            _parts.Hub.DeleteLater(row);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The instance {InstanceId} of version '{Version}' is not run: host.json's versionMatchStrategy leaves it to a host whose version fits.")]
    private static partial void LogLeft(ILogger logger, string instanceId, string? version);
}
