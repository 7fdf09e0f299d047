using LocalHost.Durable.History;
using LocalHost.Durable.Replay;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationInstance
{
    private const int MostRowsTakenIn = 60;
    private const int MostTextTakenIn = 300_000;

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
        TurnCommit commit;
        Execution before, after;
        TurnOutcome outcome;
        try
        {
            before = _run ??= await LoadAsync();
            var now = _parts.UtcNow;
            var incoming = Dated(before, items, now);
            if (incoming.Count == 1)
            {
                items.ForEach(TakenIn);
                DispatchActivities();
                return;
            }

            (after, outcome, commit) = Make(before, incoming, items, now);
        }
        finally
        {
            _parts.TurnSlots.Release();
        }

        await _parts.Hub.CommitAsync(Shard, commit.Changes);
        After(before, after, outcome, commit, items);
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

    /// <summary>The turn's events: its date first, then the start where it is the first turn, what came in, and the timers that are due.</summary>
    private static List<HistoryEvent> Dated(Execution run, List<Incoming> items, DateTime now)
    {
        List<HistoryEvent> incoming = [new OrchestratorStarted { Timestamp = now }];
        if (run.Rows == 0)
        {
            incoming.Add(run.Start);
        }

        HashSet<string> seen = [];
        foreach (var item in items)
        {
            var isForThisRun = item.ExecutionId is null || item.ExecutionId == run.Id;
            var isNew = run.Expects(item.Event) && (Execution.Identity(item.Event) is not { } identity || seen.Add(identity));
            if (isForThisRun && isNew && item.Event is not ExecutionStarted)
            {
                incoming.Add(item.Event);
            }
        }

        incoming.AddRange(run.Due(now));
        return incoming;
    }

    private (Execution After, TurnOutcome Outcome, TurnCommit Commit) Make(
        Execution run, List<HistoryEvent> incoming, List<Incoming> items, DateTime now)
    {
        foreach (var fired in incoming.OfType<TimerFired>())
        {
            DurableTelemetry.TimerFired(run.Start.Name, Id, run.Start.TraceParent, fired.TimerId, run.TimerCreatedAt(fired.TimerId), fired.FireAt);
        }

        var deletes = items.Where(i => i.Row is { IsLast: true } row && row.Shard == Shard).Select(static i => i.Row!.Key).Distinct().ToList();
        var past = run.Events.Count;
        var (after, outcome, messages) = Replay(run, incoming);
        try
        {
            return (after, outcome, Compose(after, outcome, messages, deletes, now));
        }
        catch (RowTooLargeException e)
        {
            // The code made something that can not be stored: the instance says so and ends.
            run = run.Before(past);
            outcome = OrchestrationTurn.TooLarge(incoming, run.Events, Failure.From(e));
            return (run, outcome, Compose(run, outcome, [.. TurnCommit.Outgoing(Id, run.Start, outcome.Events)], deletes, now));
        }
    }

    /// <summary>Runs the turn; where the code continues as new, also the first turn of the new run, and so on.</summary>
    private (Execution Run, TurnOutcome Outcome, List<StoredMessage> Messages) Replay(Execution run, List<HistoryEvent> incoming)
    {
        using var span = DurableTelemetry.Start("orchestration", run.Start.Name, Id, run.Id, run.Start.TraceParent);
        var outcome = _parts.Turn.Run(Id, run.Start, run.Events, incoming);
        List<StoredMessage> messages = [.. TurnCommit.Outgoing(Id, run.Start, outcome.Events)];
        while (outcome.Continuation is { } continuation)
        {
            var now = _parts.UtcNow;
            run = new(run.Start with
            {
                ExecutionId = TurnCommit.NewExecutionId(),
                Input = continuation.Input,
                Version = continuation.NewVersion ?? run.Start.Version,
                ScheduledStartTime = null,
                Timestamp = now,
            })
            {
                IsUnwritten = true,
            };
            outcome = _parts.Turn.Run(Id, run.Start, run.Events, [new OrchestratorStarted { Timestamp = now }, run.Start, .. outcome.Carried]);
            messages.AddRange(TurnCommit.Outgoing(Id, run.Start, outcome.Events));
        }

        DurableTelemetry.End(span, outcome.Status);
        return (run, outcome, messages);
    }

    private TurnCommit Compose(Execution run, TurnOutcome outcome, List<StoredMessage> messages, List<string> deletes, DateTime now)
    {
        run.Add(outcome.Events);
        var status = new StatusRow(Id, run.Start, outcome.Status)
        {
            UpdatedAt = new DateTimeOffset(now, TimeSpan.Zero),
            Output = outcome.Output,
            CustomStatus = outcome.CustomStatus,
            Failure = outcome.Failure,
            OpenActivities = run.OpenActivities.Count,
            Alarm = run.EarliestTimer is { } alarm ? new DateTimeOffset(alarm, TimeSpan.Zero) : null,
        };
        return TurnCommit.Compose(_parts.Hub, Id, run, outcome, status, messages, deletes);
    }

    /// <summary>Only what is stored takes effect.</summary>
    private void After(Execution before, Execution after, TurnOutcome outcome, TurnCommit commit, List<Incoming> items)
    {
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

        after.Rows += commit.NewRows;
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
