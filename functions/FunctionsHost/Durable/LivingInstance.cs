using DurableTask.Core.History;

namespace FunctionsHosting.Durable;

/// <summary>
/// An instance that has not ended, and the messages on their way to it. Each message counts for one execution: the one it names, else the one
/// started last. It stops counting when a turn has taken it, or when that execution has ended, because nobody takes it then.
/// </summary>
/// <param name="isEntity">An entity takes whatever comes, in one execution that never ends.</param>
internal sealed class LivingInstance(bool isEntity)
{
    private readonly List<string> _starting = [];
    private readonly List<((string? Execution, EventType Kind, string Id) Key, string Taker)> _messages = [];
    private string? _execution = isEntity ? "" : null;

    public bool Lives => _execution is not null || _starting.Count > 0;

    public bool IsUnderWay => _messages.Count > 0 || _starting.Count > 0;

    /// <summary>Held while the instance is under way.</summary>
    public IDisposable? UnderWay { get; set; }

    public void Sent(TaskMessage message)
    {
        var key = KeyOf(message);
        if (message.Event is ExecutionStartedEvent)
        {
            _starting.Add(message.OrchestrationInstance.ExecutionId);
        }
        else if ((key.Execution ?? _starting.LastOrDefault() ?? _execution) is { } taker && IsCurrent(taker)
            && (key.Execution is null || !_messages.Exists(m => m.Key == key))) // of two of one execution a service takes one
        {
            _messages.Add((key, taker));
        }
    }

    public void Taken(TaskMessage message)
    {
        if (message.Event is ExecutionStartedEvent)
        {
            _starting.Remove(message.OrchestrationInstance.ExecutionId);
        }
        else if (_messages.FindIndex(m => m.Key == KeyOf(message)) is >= 0 and var index)
        {
            _messages.RemoveAt(index);
        }
    }

    /// <summary>Of one that has run before these are messages for an earlier execution, which do not count.</summary>
    public void Dropped(int messages)
    {
        if (_execution is null)
        {
            _messages.RemoveRange(0, Math.Min(messages, _messages.Count));
        }
    }

    /// <summary>A turn is about to be stored, perhaps of another execution than began it: the instance continued as new, or is seen for the first time.</summary>
    public void Completes(Turn turn)
    {
        turn.Continued = turn is { IsOfEntity: false, Execution: { } execution } && !IsCurrent(execution);
        if (turn.Continued)
        {
            _starting.Add(turn.Execution!);
        }
    }

    public void NotCompleted(Turn turn)
    {
        if (turn.Continued)
        {
            _starting.Remove(turn.Execution!);
        }
    }

    public void Completed(Turn turn)
    {
        foreach (var message in turn.Took)
        {
            Taken(message);
        }

        if (turn is { IsOfEntity: false, Lives: true, Execution: { } goesOn })
        {
            Ran(goesOn);
        }
        else if (turn is { IsOfEntity: false, Execution: { } ended })
        {
            _messages.RemoveAll(m => m.Taker == ended || (turn.Continued && m.Taker == _execution));
            _starting.Remove(ended);
            _execution = turn.Continued || _execution == ended ? null : _execution;
        }
    }

    public void Found(OpenInstance open)
    {
        _starting.Add(open.Execution);
        if (open.HasRun)
        {
            Ran(open.Execution);
        }
    }

    public void Deleted()
    {
        _messages.Clear();
        _starting.Clear();
        _execution = null;
    }

    /// <summary>What was meant for whichever execution there is stays on its way.</summary>
    private void Ran(string execution)
    {
        _execution = execution;
        _starting.Remove(execution);
        _messages.RemoveAll(m => m.Key.Execution is not null && !IsCurrent(m.Taker));
        for (var i = 0; i < _messages.Count; i++)
        {
            _messages[i] = IsCurrent(_messages[i].Taker) ? _messages[i] : (_messages[i].Key, execution);
        }
    }

    private bool IsCurrent(string execution) => execution == _execution || _starting.Contains(execution);

    /// <summary>By which a message is known again when a turn has taken it.</summary>
    private static (string? Execution, EventType Kind, string Id) KeyOf(TaskMessage message)
    {
        var (kind, id) = message.Event switch
        {
            TaskCompletedEvent done => (EventType.TaskCompleted, $"{done.TaskScheduledId}"),
            TaskFailedEvent failed => (EventType.TaskCompleted, $"{failed.TaskScheduledId}"),
            SubOrchestrationInstanceCompletedEvent done => (EventType.SubOrchestrationInstanceCompleted, $"{done.TaskScheduledId}"),
            SubOrchestrationInstanceFailedEvent failed => (EventType.SubOrchestrationInstanceCompleted, $"{failed.TaskScheduledId}"),
            TimerFiredEvent timer => (EventType.TimerFired, $"{timer.TimerId}"),
            EventRaisedEvent raised => (EventType.EventRaised, raised.Name),
            var other => (other.EventType, ""),
        };
        return (message.OrchestrationInstance.ExecutionId, kind, id);
    }
}

/// <summary>One turn of an orchestration or an entity that is about to be stored.</summary>
internal sealed class Turn(TaskOrchestrationWorkItem item, OrchestrationRuntimeState state, OrchestrationState? status)
{
    public string Instance { get; } = item.InstanceId;

    /// <summary>The execution after the turn; null where nothing ran.</summary>
    public string? Execution { get; } = status is null ? null : state.OrchestrationInstance?.ExecutionId;

    /// <summary>Whether the execution goes on.</summary>
    public bool Lives { get; } = status?.OrchestrationStatus
        is OrchestrationStatus.Running or OrchestrationStatus.Pending or OrchestrationStatus.Suspended or OrchestrationStatus.ContinuedAsNew;

    /// <summary>The messages it took.</summary>
    public IReadOnlyList<TaskMessage> Took { get; } = [.. item.NewMessages];

    public bool IsOfEntity { get; } = IsEntity(item.InstanceId);

    /// <summary>The execution is not the one that began the turn.</summary>
    public bool Continued { get; set; }

    public static bool IsEntity(TaskMessage message) => IsEntity(message.OrchestrationInstance.InstanceId);

    public static bool IsEntity(string instance) => instance.StartsWith('@');
}
