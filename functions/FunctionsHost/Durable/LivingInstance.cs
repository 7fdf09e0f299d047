using System.Globalization;
using DurableTask.Core;
using DurableTask.Core.History;

namespace FunctionsHosting.Durable;

/// <summary>
/// An instance that has not ended, and the messages on their way to it. Each message counts for one execution: the one it names, else the one
/// started last. It stops counting when a turn has taken it, or when that execution has ended, because nobody takes it then.
/// </summary>
internal sealed class LivingInstance
{
    private readonly List<string> _starting = [];
    private readonly List<Message> _messages = [];
    private string? _execution;

    public bool Lives => _execution is not null || _starting.Count > 0;

    public bool IsUnderWay => _messages.Count > 0 || _starting.Count > 0;

    /// <summary>Held while the instance is under way.</summary>
    public IDisposable? UnderWay { get; set; }

    /// <summary>An entity takes whatever comes, in one execution that never ends.</summary>
    public static LivingInstance Entity() => new() { _execution = "" };

    public void Starts(string execution) => _starting.Add(execution);

    public void HasNotStarted(string execution) => _starting.Remove(execution);

    public void Sent(TaskMessage message)
    {
        var key = MessageKey.Of(message);
        var taker = key.Execution ?? _starting.LastOrDefault() ?? _execution;
        var twice = key.Execution is not null && _messages.Exists(m => m.Key == key); // a service takes such a one once
        if (taker is not null && IsCurrent(taker) && !twice)
        {
            _messages.Add(new(key, taker));
        }
    }

    public void Taken(TaskMessage message)
    {
        if (message.Event is ExecutionStartedEvent)
        {
            _starting.Remove(message.OrchestrationInstance.ExecutionId);
            return;
        }

        var key = MessageKey.Of(message);
        var index = _messages.FindIndex(m => m.Key == key);
        if (index >= 0)
        {
            _messages.RemoveAt(index);
        }
    }

    /// <summary>A turn is about to be stored as this execution's.</summary>
    /// <returns>True when it is not the execution that began the turn: the instance continued as new, or is seen for the first time.</returns>
    public bool Completes(string execution)
    {
        var continued = !IsCurrent(execution);
        if (continued)
        {
            _starting.Add(execution);
        }

        return continued;
    }

    /// <summary>A turn was stored, and the execution goes on. What was meant for whichever execution there is stays on its way.</summary>
    public void Ran(string execution)
    {
        _execution = execution;
        _starting.Remove(execution);
        _messages.RemoveAll(m => m.Key.Execution is not null && !IsCurrent(m.Taker));
        for (var i = 0; i < _messages.Count; i++)
        {
            _messages[i] = IsCurrent(_messages[i].Taker) ? _messages[i] : _messages[i] with { Taker = execution };
        }
    }

    /// <summary>A turn was stored, and the execution has ended.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="continued">What <see cref="Completes"/> said of the turn.</param>
    public void Ended(string execution, bool continued)
    {
        var last = continued ? _execution : null;
        _messages.RemoveAll(m => m.Taker == execution || m.Taker == last);
        _starting.Remove(execution);
        if (continued || _execution == execution)
        {
            _execution = null;
        }
    }

    private bool IsCurrent(string execution) => execution == _execution || _starting.Contains(execution);

    private sealed record Message(MessageKey Key, string Taker);

    /// <summary>By which a message is known again when a turn has taken it.</summary>
    private readonly record struct MessageKey(string? Execution, EventType Kind, string Id)
    {
        public static MessageKey Of(TaskMessage message)
        {
            var (kind, id) = message.Event switch
            {
                TaskCompletedEvent done => (EventType.TaskCompleted, Text(done.TaskScheduledId)),
                TaskFailedEvent failed => (EventType.TaskCompleted, Text(failed.TaskScheduledId)),
                SubOrchestrationInstanceCompletedEvent done => (EventType.SubOrchestrationInstanceCompleted, Text(done.TaskScheduledId)),
                SubOrchestrationInstanceFailedEvent failed => (EventType.SubOrchestrationInstanceCompleted, Text(failed.TaskScheduledId)),
                TimerFiredEvent timer => (EventType.TimerFired, Text(timer.TimerId)),
                EventRaisedEvent raised => (EventType.EventRaised, raised.Name),
                var other => (other.EventType, ""),
            };
            return new(message.OrchestrationInstance.ExecutionId, kind, id);
        }

        private static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);
    }
}
