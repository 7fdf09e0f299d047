using LocalHost.Durable.History;
using Microsoft.DurableTask;

namespace LocalHost.Durable.Replay;

internal sealed partial class OrchestrationContext
{
    private readonly SortedDictionary<int, HistoryEvent> _actions = [];
    private readonly Dictionary<int, OpenCall> _open = [];
    private readonly Queue<HistoryEvent> _withheld = [];

    /// <summary>What the code did that history does not have yet, by number.</summary>
    internal IEnumerable<HistoryEvent> NewActions => _actions.Values;

    internal int NextId => _nextId;

    internal bool HasOpenCalls => _open.Count > 0;

    internal bool AnyEventWaiter => _events.AnyWaits;

    internal bool IsSuspended { get; private set; }

    /// <summary>Events that no waiter took, those held back by a suspension included.</summary>
    internal IEnumerable<EventRaised> UnprocessedEvents => _events.Unprocessed.Concat(_withheld.OfType<EventRaised>());

    /// <summary>Lets one event of history, or a new one, take effect; the code runs on inside the call, up to its next await.</summary>
    internal void Apply(HistoryEvent e)
    {
        switch (e)
        {
            case OrchestratorStarted:
                _now = e.Timestamp;
                break;
            case TaskScheduled or TimerCreated or SubOrchestrationInstanceCreated or EventSent:
                NonDeterminism.Check(e, _actions.GetValueOrDefault(e.EventId));
                _actions.Remove(e.EventId);
                break;
            case ExecutionRewound or GenericEvent:
                break;
            case ExecutionSuspended:
                IsSuspended = true;
                break;
            case ExecutionResumed:
                IsSuspended = false;
                while (!IsSuspended && _withheld.TryDequeue(out var held))
                {
                    Deliver(held);
                    _turn.Pump();
                }

                break;
            default:
                if (IsSuspended)
                {
                    _withheld.Enqueue(e);
                }
                else
                {
                    Deliver(e);
                }

                break;
        }
    }

    private void Deliver(HistoryEvent e)
    {
        switch (e)
        {
            case EventRaised raised:
                _events.Deliver(raised);
                break;
            case TimerFired fired when _open.Remove(fired.TimerId, out var timer):
                timer.Source.TrySetResult(null);
                break;
            case TaskCompleted completed when _open.Remove(completed.TaskScheduledId, out var activity):
                activity.Source.TrySetResult(completed.Result);
                break;
            case SubOrchestrationInstanceCompleted completed when _open.Remove(completed.TaskScheduledId, out var child):
                child.Source.TrySetResult(completed.Result);
                break;
            case TaskFailed failed when _open.Remove(failed.TaskScheduledId, out var activity):
                var details = failed.Failure.ToDetails();
                Fail(activity, failed.Failure, new global::DurableTask.Core.Exceptions.TaskFailedException(details));
                break;
            case SubOrchestrationInstanceFailed failed when _open.Remove(failed.TaskScheduledId, out var child):
                Fail(child, failed.Failure, null);
                break;
            default:
                // The answer to a call that nobody waits for any more, such as a timer that was cancelled.
                break;
        }
    }

    private void Fail(OpenCall call, Failure? failure, Exception? inner)
    {
        if (failure is { IsNonRetriable: true })
        {
            _nonRetriable.Add(call.Action.EventId);
        }

        call.Source.TrySetException(new TaskFailedException(call.Name, call.Action.EventId, failure?.ToDetails()!, inner));
    }

    private sealed record OpenCall(HistoryEvent Action)
    {
        public TaskCompletionSource<string?> Source { get; } = new();

        public string Name => Action switch
        {
            TaskScheduled activity => activity.Name,
            SubOrchestrationInstanceCreated child => child.Name,
            _ => string.Empty,
        };
    }
}
