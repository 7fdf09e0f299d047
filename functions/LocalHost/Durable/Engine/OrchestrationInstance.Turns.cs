using LocalHost.Durable.History;
using LocalHost.Durable.Storage;

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
            events.InsertRange(0, early);
            _early = null;
        }

        for (var at = 0; _live && (at < events.Count || wakes || _rows == 0); wakes = false)
        {
            var portion = Portion(events, at);
            await TurnAsync(portion);
            at += portion.Count;
        }
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

    private async Task TurnAsync(List<Incoming> items)
    {
        await _parts.TurnSlots.WaitAsync();
        Execution before;
        Turn turn;
        try
        {
            before = _run ??= await LoadAsync();
            var incoming = Turn.Incoming(before, items, _parts.UtcNow);
            if (incoming.Count == 1)
            {
                items.ForEach(TakenIn);
                _alarm = before.EarliestTimer;
                DispatchActivities();
                return;
            }

            turn = Turn.Make(_parts, Id, before, incoming, items);
        }
        finally
        {
            _parts.TurnSlots.Release();
        }

        await _parts.Hub.CommitAsync(Shard, turn.Commit.Changes);
        After(before, turn, items);
    }

    private async Task<Execution> LoadAsync()
    {
        if (_rows > 0)
        {
            return Execution.From(await _parts.Hub.LoadHistoryAsync(Id, _executionId, _rows), _rows);
        }

        var status = await _parts.Hub.FindStatusAsync(Id) ?? throw new InvalidDataException($"The status row of '{Id}' is gone.");
        return new Execution(status.Start);
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

        if (after.Id != before.Id)
        {
            DeleteHistory(before.Id, before.Rows);
            _inFlight = null;
        }

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
        if (item.Row is { } row && row.TakeOne() && !deleted.Exists(c => c.Kind == RowChangeKind.Delete && c.Row.Key == row.Key))
        {
            _parts.Hub.DeleteLater(row.Shard, row.Key);
        }
    }
}
