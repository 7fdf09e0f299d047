using DurableTask.Core.History;

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
        if (message.Event is TaskScheduledEvent)
        {
            Begin(message.OrchestrationInstance, message.Event.EventId);
        }
        else if (!IsForLater(message))
        {
            Change(message.OrchestrationInstance.InstanceId, i => i.Sent(message), mayBegin: message.Event is ExecutionStartedEvent || Turn.IsEntity(message));
        }
    }

    /// <summary>What was counted is not sent after all.</summary>
    public void NotSent(TaskMessage message)
    {
        if (message.Event is TaskScheduledEvent)
        {
            Executed(message);
        }
        else
        {
            Change(message.OrchestrationInstance.InstanceId, instance => instance.Taken(message));
        }
    }

    /// <summary>The service dropped what came for an instance before its start did.</summary>
    public void Dropped(string id, int messages) => Change(id, instance => instance.Dropped(messages));

    /// <summary>An activity's answer is stored.</summary>
    public void Executed(TaskMessage activity) => End(activity.OrchestrationInstance, activity.Event.EventId);

    /// <summary>Counts what a turn sends, before it is stored.</summary>
    public void Completes(Turn turn, IEnumerable<TaskMessage> sends)
    {
        Change(turn.Instance, instance => instance.Completes(turn), mayBegin: turn.Lives && !turn.IsOfEntity);
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

        Change(turn.Instance, instance => instance.NotCompleted(turn));
    }

    /// <summary>The turn is stored.</summary>
    public void Completed(Turn turn)
    {
        // An activity of an earlier process is known by its answer only.
        foreach (var message in turn.Took)
        {
            if (message.Event is TaskCompletedEvent or TaskFailedEvent)
            {
                End(message.OrchestrationInstance, (message.Event as TaskCompletedEvent)?.TaskScheduledId ?? ((TaskFailedEvent)message.Event).TaskScheduledId);
            }
        }

        Change(turn.Instance, instance => instance.Completed(turn));
    }

    /// <summary>An instance that was on its way when an earlier process ended.</summary>
    public void Found(OpenInstance open)
    {
        Change(open.Id, instance => instance.Found(open), mayBegin: true);
        foreach (var task in open.Activities)
        {
            Begin(new() { InstanceId = open.Id, ExecutionId = open.Execution }, task);
        }
    }

    /// <summary>An instance that was deleted.</summary>
    public void Forget(string id) => Change(id, static instance => instance.Deleted());

    /// <summary>Kept by the service until its time, which is real time.</summary>
    private static bool IsForLater(TaskMessage message) => message.Event switch
    {
        ExecutionStartedEvent { ScheduledStartTime: { } later } => later.ToUniversalTime() > DateTime.UtcNow,
        EventRaisedEvent raised => Turn.IsEntity(message) && raised.Name.StartsWith("op@", StringComparison.Ordinal),
        _ => false,
    };

    private void Begin(OrchestrationInstance instance, int task)
    {
        lock (_gate)
        {
            if (!_activities.ContainsKey((instance.InstanceId, instance.ExecutionId, task)))
            {
                _activities[(instance.InstanceId, instance.ExecutionId, task)] = work.Begin("activity");
            }
        }
    }

    private void End(OrchestrationInstance instance, int task)
    {
        lock (_gate)
        {
            if (_activities.Remove((instance.InstanceId, instance.ExecutionId, task), out var counted))
            {
                counted.Dispose();
            }
        }
    }

    /// <param name="id">The instance.</param>
    /// <param name="change">Not called for one that does not live.</param>
    /// <param name="mayBegin">Unless it begins with this change.</param>
    private void Change(string id, Action<LivingInstance> change, bool mayBegin = false)
    {
        lock (_gate)
        {
            if (!_living.TryGetValue(id, out var instance) && !mayBegin)
            {
                return;
            }

            change(instance ??= _living[id] = new(isEntity: Turn.IsEntity(id)));
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
}
