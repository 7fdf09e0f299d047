using DurableTask.Core;
using DurableTask.Core.History;
using FunctionsHosting.Clock;

namespace FunctionsHosting.Durable;

/// <summary>
/// What is under way in a task hub that only this host works on. Whoever sends a message counts it before it leaves, and the turn that takes it
/// ends it after that turn is stored, so there is no moment between at which the hub looks idle. A message counts only while somebody will take
/// it: services drop in silence what comes for an instance that has ended, was replaced, or never was.
/// </summary>
internal sealed class HubActivity(WorkTracker work)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LivingInstance> _living = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Instance, string? Execution, int Task), IDisposable> _activities = [];

    /// <summary>Ids of the instances that have not ended.</summary>
    public IReadOnlyList<string> Living
    {
        get
        {
            lock (_gate)
            {
                return [.. _living.Keys];
            }
        }
    }

    /// <summary>Counts a start, an activity or a message that is about to be sent.</summary>
    public void Sent(TaskMessage message)
    {
        lock (_gate)
        {
            switch (message.Event)
            {
                case ExecutionStartedEvent { ScheduledStartTime: { } later } when later.ToUniversalTime() > DateTime.UtcNow:
                case EventRaisedEvent raised when Turn.IsEntity(message) && raised.Name.StartsWith("op@", StringComparison.Ordinal):
                    break; // kept by the service until its time, which is real time
                case TaskScheduledEvent:
                    Count(message.OrchestrationInstance, message.Event.EventId);
                    break;
                case ExecutionStartedEvent:
                    Known(message).Starts(message.OrchestrationInstance.ExecutionId);
                    Show(message);
                    break;
                default:
                    (Turn.IsEntity(message) ? Known(message) : Find(message))?.Sent(message);
                    Show(message);
                    break;
            }
        }
    }

    /// <summary>What was counted is not sent after all.</summary>
    public void NotSent(TaskMessage message)
    {
        lock (_gate)
        {
            if (message.Event is TaskScheduledEvent)
            {
                End(message.OrchestrationInstance, message.Event.EventId);
            }
            else
            {
                Find(message)?.Taken(message);
                Show(message);
            }
        }
    }

    /// <summary>An activity's answer is stored.</summary>
    public void Executed(TaskMessage activity)
    {
        lock (_gate)
        {
            End(activity.OrchestrationInstance, activity.Event.EventId);
        }
    }

    /// <summary>Counts what a turn sends, before it is stored.</summary>
    public void Completes(Turn turn, IEnumerable<TaskMessage> sends)
    {
        lock (_gate)
        {
            if (turn is { IsOfEntity: false, Lives: true, Execution: { } execution })
            {
                turn.Continued = Known(turn.Instance).Completes(execution);
            }
            else if (turn is { IsOfEntity: false, Execution: { } ended })
            {
                turn.Continued = _living.GetValueOrDefault(turn.Instance)?.Completes(ended) ?? false;
            }
        }

        foreach (var message in sends)
        {
            Sent(message);
        }
    }

    /// <summary>The turn could not be stored, and will be done again.</summary>
    public void NotCompleted(Turn turn, IEnumerable<TaskMessage> sends)
    {
        foreach (var message in sends)
        {
            NotSent(message);
        }

        lock (_gate)
        {
            if (turn.Continued && _living.GetValueOrDefault(turn.Instance) is { } instance)
            {
                instance.HasNotStarted(turn.Execution!);
                Show(turn.Instance);
            }
        }
    }

    /// <summary>The turn is stored.</summary>
    public void Completed(Turn turn)
    {
        lock (_gate)
        {
            if (_living.GetValueOrDefault(turn.Instance) is { } instance)
            {
                foreach (var message in turn.Took)
                {
                    instance.Taken(message);
                }

                if (turn is { IsOfEntity: false, Execution: { } execution })
                {
                    if (turn.Lives)
                    {
                        instance.Ran(execution);
                    }
                    else
                    {
                        instance.Ended(execution, turn.Continued);
                    }
                }

                Show(turn.Instance);
            }

            // An activity of an earlier process is known by its answer only.
            foreach (var message in turn.Took)
            {
                switch (message.Event)
                {
                    case TaskCompletedEvent done:
                        End(message.OrchestrationInstance, done.TaskScheduledId);
                        break;
                    case TaskFailedEvent failed:
                        End(message.OrchestrationInstance, failed.TaskScheduledId);
                        break;
                }
            }
        }
    }

    /// <summary>An instance that was on its way when an earlier process ended.</summary>
    public void Found(OpenInstance open)
    {
        lock (_gate)
        {
            var instance = Known(open.Id);
            instance.Starts(open.Execution);
            if (open.HasRun)
            {
                instance.Ran(open.Execution);
            }

            foreach (var task in open.Activities)
            {
                Count(new() { InstanceId = open.Id, ExecutionId = open.Execution }, task);
            }

            Show(open.Id);
        }
    }

    /// <summary>An instance that was deleted.</summary>
    public void Forget(string id)
    {
        lock (_gate)
        {
            if (_living.Remove(id, out var instance))
            {
                instance.UnderWay?.Dispose();
            }
        }
    }

    private LivingInstance? Find(TaskMessage message) => _living.GetValueOrDefault(message.OrchestrationInstance.InstanceId);

    private LivingInstance Known(TaskMessage message) => Known(message.OrchestrationInstance.InstanceId);

    private LivingInstance Known(string id)
    {
        if (!_living.TryGetValue(id, out var instance))
        {
            _living[id] = instance = Turn.IsEntity(id) ? LivingInstance.Entity() : new();
        }

        return instance;
    }

    private void Count(OrchestrationInstance instance, int task)
    {
        var key = (instance.InstanceId, instance.ExecutionId, task);
        if (!_activities.ContainsKey(key))
        {
            _activities[key] = work.Begin("activity");
        }
    }

    private void End(OrchestrationInstance instance, int task)
    {
        if (_activities.Remove((instance.InstanceId, instance.ExecutionId, task), out var counted))
        {
            counted.Dispose();
        }
    }

    private void Show(TaskMessage message) => Show(message.OrchestrationInstance.InstanceId);

    private void Show(string id)
    {
        if (!_living.TryGetValue(id, out var instance))
        {
            return;
        }

        if (instance.IsUnderWay)
        {
            instance.UnderWay ??= work.Begin("orchestration");
            return;
        }

        instance.UnderWay?.Dispose();
        instance.UnderWay = null;
        if (!instance.Lives || Turn.IsEntity(id))
        {
            _living.Remove(id);
        }
    }
}
