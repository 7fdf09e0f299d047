using LocalHost.Durable.History;
using LocalHost.Durable.Replay;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

/// <summary>A turn that has been run and is not stored yet: the run after it, what it came to, and its changes.</summary>
internal sealed record Turn(Execution After, TurnOutcome Outcome, TurnCommit Commit)
{
    private const int MostRunsInOneTurn = 1_000;

    /// <summary>The turn's events: its date first, then the start where it is the first turn, what came in, and the timers that are due.</summary>
    public static List<HistoryEvent> Incoming(Execution run, List<Incoming> items, DateTime now)
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

    /// <summary>Runs the code over the events and puts together what is to be stored. The run comes out with the turn added.</summary>
    public static Turn Make(EngineParts parts, string instanceId, Execution run, List<HistoryEvent> incoming, List<Incoming> items)
    {
        var shard = parts.Hub.ShardOf(instanceId);
        foreach (var fired in incoming.OfType<TimerFired>())
        {
            DurableTelemetry.TimerFired(run.Start, instanceId, fired, createdAt: run.TimerCreatedAt(fired.TimerId));
        }

        var deletes = items.Where(i => i.Row is { IsLast: true } row && row.Shard == shard).Select(static i => i.Row!.Key).Distinct().ToList();
        var past = run.Events.Count;
        var (after, outcome, messages) = Replay(parts, instanceId, run, incoming);
        try
        {
            return new(after, outcome, Compose(after, outcome, messages));
        }
        catch (ValueTooLargeException e)
        {
            // The code made something that can not be stored: the instance says so and ends.
            run = run.Before(past);
            outcome = OrchestrationTurn.EndedByEngine(incoming, run.Events, Failure.From(e));
            return new(run, outcome, Compose(run, outcome, [.. TurnCommit.Outgoing(instanceId, run, outcome.Events)]));
        }

        TurnCommit Compose(Execution after, TurnOutcome outcome, List<StoredMessage> messages)
        {
            after.Add(outcome.Events);
            var status = Status(instanceId, after, outcome, incoming[0].Timestamp);
            return TurnCommit.Compose(parts.Hub, instanceId, after, outcome, status, messages, deletes);
        }
    }

    /// <summary>Runs the turn; where the code continues as new, also the first turn of the new run, and so on.</summary>
    private static (Execution Run, TurnOutcome Outcome, List<StoredMessage> Messages) Replay(
        EngineParts parts, string instanceId, Execution run, List<HistoryEvent> incoming)
    {
        using var span = DurableTelemetry.Turn(instanceId, run.Start);
        var outcome = parts.Turn.Run(instanceId, run.Start, run.Events, incoming);
        List<StoredMessage> messages = [.. TurnCommit.Outgoing(instanceId, run, outcome.Events)];
        var sources = run.Sources.Concat(incoming.Select(static e => (e as EventRaised)?.Source).OfType<string>());
        var takenIn = outcome.Continuation is null ? [] : sources.Where(parts.Hub.StoredEvents.Contains).ToList();
        for (var runs = 1; outcome.Continuation is { } continuation; runs++)
        {
            if (runs == MostRunsInOneTurn)
            {
                return (run, OrchestrationTurn.EndedByEngine(incoming, run.Events, Endless(run)), messages);
            }

            var now = parts.UtcNow;
            var version = continuation.NewVersion ?? run.Start.Version;
            var isRejected = parts.Turn.Rejects(version);
            if (isRejected)
            {
                // What is carried over is sent to the run, which has yet to take it in.
                takenIn.RemoveAll(source => outcome.Carried.Any(e => e.Source == source));
            }

            run = new(run.Start with
            {
                ExecutionId = TurnCommit.NewExecutionId(),
                Input = continuation.Input,
                Version = version,
                ScheduledStartTime = null,
                TakenIn = takenIn.Count == 0 ? null : takenIn,
                Timestamp = now,
            })
            {
                IsUnwritten = true,
                Former = run.IsUnwritten ? run.Former : (run.Id, run.Rows),
            };
            if (isRejected)
            {
                // Stored as a start that nothing has happened to yet, for a host whose version fits.
                messages.AddRange(outcome.Carried.Select(e => new StoredMessage(instanceId, e) { ExecutionId = run.Id }));
                outcome = new(OrchestrationRuntimeStatus.Pending, []);
                break;
            }

            outcome = parts.Turn.Run(instanceId, run.Start, run.Events, [new OrchestratorStarted { Timestamp = now }, run.Start, .. outcome.Carried]);
            messages.AddRange(TurnCommit.Outgoing(instanceId, run, outcome.Events));
        }

        DurableTelemetry.End(span, outcome.Status);
        return (run, outcome, messages);
    }

    private static Failure Endless(Execution run) => new(
        typeof(InvalidOperationException).FullName!,
        $"The orchestrator '{run.Start.Name}' continued as new {MostRunsInOneTurn} times without awaiting anything.");

    private static StatusRow Status(string instanceId, Execution run, TurnOutcome outcome, DateTime now) => new(instanceId, run.Start, outcome.Status)
    {
        UpdatedAt = new DateTimeOffset(now, TimeSpan.Zero),
        Output = outcome.Output,
        CustomStatus = outcome.CustomStatus,
        Failure = outcome.Failure,
        OpenActivities = run.OpenActivities.Count,
        Alarm = run.EarliestTimer is { } alarm ? new DateTimeOffset(alarm, TimeSpan.Zero) : null,
    };
}
