using LocalHost.Durable.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Replay;

/// <summary>
/// Runs an orchestrator's code for one turn: its past again, then the new events one by one, in order of arrival. The code runs on the calling
/// thread. The instance completes only when the code has returned and nothing it started is open.
/// </summary>
internal sealed partial class OrchestrationTurn(IDurableFunctions functions, DurableEngineOptions options, ILoggerFactory loggers)
{
    private readonly ILogger _log = loggers.CreateLogger<OrchestrationTurn>();
    private readonly VersionCheck _versions = new(options);

    /// <summary>True: instances of that version are not run by this app and stay as they are.</summary>
    public bool Rejects(string? version) => _versions.Rejects(version);

    /// <param name="instanceId">The instance.</param>
    /// <param name="start">The start of its present run.</param>
    /// <param name="past">Its history so far.</param>
    /// <param name="incoming">The new events; the first is the <see cref="OrchestratorStarted"/> that dates the turn.</param>
    public TurnOutcome Run(string instanceId, ExecutionStarted start, IReadOnlyList<HistoryEvent> past, IReadOnlyList<HistoryEvent> incoming)
    {
        if (incoming.OfType<ExecutionTerminated>().FirstOrDefault() is { } terminated)
        {
            return Terminated(past, incoming, terminated);
        }

        if (_versions.Mismatch(start.Version) is { } mismatch)
        {
            return Ended(incoming, [], NextId(past), OrchestrationRuntimeStatus.Failed, null, mismatch) with { KeepsCustomStatus = true };
        }

        if (!functions.TryGetOrchestrator(start.Name, out var body))
        {
            return Ended(incoming, [], NextId(past), OrchestrationRuntimeStatus.Failed, null, Failure.NoSuchOrchestrator(start.Name));
        }

        var turn = new TurnSynchronization { LateContinuation = () => LogLate(_log, start.Name, instanceId) };
        var context = new OrchestrationContext(instanceId, start, turn, options, loggers);
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(turn);
        try
        {
            var outcome = Replay(body, context, turn, past, incoming);
            return context.HasNewCustomStatus || context.CustomStatus is null ? outcome : outcome with { IsCustomStatusOld = true };
        }
        finally
        {
            turn.End();
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private static TurnOutcome Replay(
        OrchestratorBody body,
        OrchestrationContext context,
        TurnSynchronization turn,
        IReadOnlyList<HistoryEvent> past,
        IReadOnlyList<HistoryEvent> incoming)
    {
        Task<object?>? code = null;
        try
        {
            foreach (var e in past)
            {
                Step(e);
            }

            context.Replaying = false;
            foreach (var e in incoming)
            {
                Step(e);
            }
        }
        catch (Exception e)
        {
            // Not the code's own failure: it does not fit its history, or an event does not fit what it waits for.
            return Failed(Failure.From(e));
        }

        if (turn.SawForeignContinuation)
        {
            return Failed(NotDurable(context));
        }

        if (code is { IsCompleted: true } && !context.HasOpenCalls)
        {
            return Finish(context, code, incoming);
        }

        if (context.IsSuspended)
        {
            var reason = incoming.OfType<ExecutionSuspended>().LastOrDefault() ?? past.OfType<ExecutionSuspended>().LastOrDefault();
            return Going(context, incoming, OrchestrationRuntimeStatus.Suspended) with { Output = reason?.Reason };
        }

        return code is { IsCompleted: false } && !context.HasOpenCalls && !context.AnyEventWaiter
            ? Failed(NotDurable(context))
            : Going(context, incoming, OrchestrationRuntimeStatus.Running);

        void Step(HistoryEvent e)
        {
            if (e is ExecutionStarted)
            {
                code = Start(body, context);
            }
            else
            {
                context.Apply(e);
            }

            turn.Pump();
        }

        TurnOutcome Failed(Failure failure) =>
            Ended(incoming, [], context.NextId, OrchestrationRuntimeStatus.Failed, context.CustomStatus, failure);
    }

    /// <summary>Its own await sees to it that a body which ends on another thread is noticed.</summary>
    private static async Task<object?> Start(OrchestratorBody body, OrchestrationContext context) => await body(context);

    private static TurnOutcome Finish(OrchestrationContext context, Task<object?> code, IReadOnlyList<HistoryEvent> incoming)
    {
        object? result;
        string? output;
        try
        {
            // A cancelled task must come out as an AggregateException, as it does in Durable Task.
            result = code.IsCanceled ? code.Result : code.GetAwaiter().GetResult();
            output = Payload.Write(result);
        }
        catch (Exception e)
        {
            return Ended(incoming, context.NewActions, context.NextId, OrchestrationRuntimeStatus.Failed, context.CustomStatus, Failure.From(e)) with
            {
                FailedCalls = [.. FailedCalls(e)],
            };
        }

        return context.Continuation is { } continuation
            ? Going(context, incoming, OrchestrationRuntimeStatus.Running) with
            {
                Continuation = continuation,
                Carried = continuation.PreserveEvents ? [.. context.UnprocessedEvents] : [],
            }
            : Ended(incoming, context.NewActions, context.NextId, OrchestrationRuntimeStatus.Completed, context.CustomStatus, null, output);
    }

    private static IEnumerable<int> FailedCalls(Exception? e) => e switch
    {
        null => [],
        TaskFailedException failed => [failed.TaskId],
        AggregateException several => several.InnerExceptions.SelectMany(FailedCalls),
        _ => FailedCalls(e.InnerException),
    };

    private static TurnOutcome Going(OrchestrationContext context, IReadOnlyList<HistoryEvent> incoming, OrchestrationRuntimeStatus status) =>
        new(status, Written(incoming, context.NewActions, null)) { CustomStatus = context.CustomStatus };

    /// <summary>The turn of a code that did something the engine can not go on with: it ends the instance.</summary>
    public static TurnOutcome EndedByEngine(IReadOnlyList<HistoryEvent> incoming, IReadOnlyList<HistoryEvent> past, Failure failure) =>
        Ended(incoming, [], NextId(past), OrchestrationRuntimeStatus.Failed, null, failure);

    private static int NextId(IReadOnlyList<HistoryEvent> past) => past.Count == 0 ? 0 : past.Max(static e => e.EventId) + 1;

    private static TurnOutcome Terminated(IReadOnlyList<HistoryEvent> past, IReadOnlyList<HistoryEvent> incoming, ExecutionTerminated terminated) =>
        Ended(incoming, [], NextId(past), OrchestrationRuntimeStatus.Terminated, null, null, terminated.Input) with { KeepsCustomStatus = true };

    private static TurnOutcome Ended(
        IReadOnlyList<HistoryEvent> incoming,
        IEnumerable<HistoryEvent> actions,
        int nextId,
        OrchestrationRuntimeStatus status,
        string? customStatus,
        Failure? failure,
        string? output = null)
    {
        output = failure?.ToString() ?? output;
        var end = new ExecutionCompleted(status) { EventId = nextId, Result = output, Failure = failure };
        return new(status, Written(incoming, actions, end)) { Output = output, Failure = failure, CustomStatus = customStatus };
    }

    private static List<HistoryEvent> Written(IReadOnlyList<HistoryEvent> incoming, IEnumerable<HistoryEvent> actions, ExecutionCompleted? end)
    {
        var now = incoming[0].Timestamp;
        List<HistoryEvent> events = [.. incoming, .. actions.Select(a => a with { Timestamp = now })];
        if (end is not null)
        {
            events.Add(end with { Timestamp = now });
        }

        events.Add(new OrchestratorCompleted { Timestamp = now });
        return events;
    }

    private static Failure NotDurable(OrchestrationContext context) => new(
        typeof(InvalidOperationException).FullName!,
        $"The orchestrator '{context.Name}' awaits something that is not durable, so it would wait for ever. It may only await tasks made by its " +
        "TaskOrchestrationContext (no Task.Run, Task.Delay, ConfigureAwait(false) or I/O); anything else belongs into an activity.");

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The orchestrator {Name} of {InstanceId} awaits something that is not durable: it was not let go on after its turn had ended.")]
    private static partial void LogLate(ILogger logger, string name, string instanceId);
}
