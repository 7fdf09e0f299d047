using LocalHost.Durable.History;

namespace LocalHost.Durable.Engine;

/// <summary>One run of an instance while it is in memory: its history, and what follows from it.</summary>
internal sealed class Execution(ExecutionStarted start)
{
    private readonly HashSet<int> _openChildren = [];
    private readonly HashSet<string> _sources = [.. start.TakenIn ?? []];
    private readonly Dictionary<int, TimerCreated> _timers = [];

    public ExecutionStarted Start { get; } = start;

    public string Id => Start.ExecutionId;

    public List<HistoryEvent> Events { get; } = [];

    public int Rows { get; set; }

    /// <summary>The status row does not exist yet, or is that of another run.</summary>
    public bool IsUnwritten { get; set; }

    /// <summary>The run before this one, whose rows go with this one's first turn.</summary>
    public (string Id, int Rows)? Former { get; set; }

    /// <summary>Of the events it has taken in that orchestrations sent, or that a run before it had taken in.</summary>
    public IReadOnlyCollection<string> Sources => _sources;

    /// <summary>Scheduled and not answered.</summary>
    public Dictionary<int, TaskScheduled> OpenActivities { get; } = [];

    /// <summary>Timers not fired, cancelled ones included: history does not know of a cancellation.</summary>
    public DateTime? EarliestTimer => _timers.Count == 0 ? null : _timers.Values.Min(static t => t.FireAt);

    public static Execution From(IReadOnlyList<HistoryEvent> history, int rows)
    {
        var start = history.OfType<ExecutionStarted>().FirstOrDefault() ?? throw new InvalidDataException("The history does not tell of the instance's start.");
        var execution = new Execution(start) { Rows = rows };
        execution.Add(history);
        return execution;
    }

    public void Add(IEnumerable<HistoryEvent> events)
    {
        foreach (var e in events)
        {
            Events.Add(e);
            if (SourceOf(e is GenericEvent { Undone: var undone } ? undone : e) is { } source)
            {
                _sources.Add(source);
            }

            switch (e)
            {
                case TaskScheduled scheduled:
                    OpenActivities[e.EventId] = scheduled;
                    break;
                case TaskCompleted completed:
                    OpenActivities.Remove(completed.TaskScheduledId);
                    break;
                case TaskFailed failed:
                    OpenActivities.Remove(failed.TaskScheduledId);
                    break;
                case SubOrchestrationInstanceCreated:
                    _openChildren.Add(e.EventId);
                    break;
                case SubOrchestrationInstanceCompleted completed:
                    _openChildren.Remove(completed.TaskScheduledId);
                    break;
                case SubOrchestrationInstanceFailed failed:
                    _openChildren.Remove(failed.TaskScheduledId);
                    break;
                case TimerCreated timer:
                    _timers[e.EventId] = timer;
                    break;
                case TimerFired fired:
                    _timers.Remove(fired.TimerId);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>False for what history already has, or never asked for: the second delivery of an answer.</summary>
    public bool Expects(HistoryEvent e) => e switch
    {
        TaskCompleted completed => OpenActivities.ContainsKey(completed.TaskScheduledId),
        TaskFailed failed => OpenActivities.ContainsKey(failed.TaskScheduledId),
        SubOrchestrationInstanceCompleted completed => _openChildren.Contains(completed.TaskScheduledId) && IsNew(completed),
        SubOrchestrationInstanceFailed failed => _openChildren.Contains(failed.TaskScheduledId) && IsNew(failed),
        EventRaised raised => IsNew(raised),
        _ => true,
    };

    private bool IsNew(HistoryEvent e) => SourceOf(e) is not { } source || !_sources.Contains(source);

    private static string? SourceOf(HistoryEvent e) => e switch
    {
        EventRaised raised => raised.Source,
        SubOrchestrationInstanceCompleted completed => completed.Source,
        SubOrchestrationInstanceFailed failed => failed.Source,
        _ => null,
    };

    /// <summary>What an event answers or where it comes from: two with the same identity are one event that was delivered twice.</summary>
    public static string? Identity(HistoryEvent e) => e switch
    {
        TaskCompleted completed => $"#{completed.TaskScheduledId}",
        TaskFailed failed => $"#{failed.TaskScheduledId}",
        SubOrchestrationInstanceCompleted completed => $"#{completed.TaskScheduledId}",
        SubOrchestrationInstanceFailed failed => $"#{failed.TaskScheduledId}",
        EventRaised raised => raised.Source,
        _ => null,
    };

    /// <summary>The run as it was after this many events.</summary>
    public Execution Before(int events)
    {
        var before = new Execution(Start) { Rows = Rows, IsUnwritten = IsUnwritten, Former = Former };
        before.Add(Events.Take(events));
        return before;
    }

    /// <summary>The timers due by now, earliest first.</summary>
    public IEnumerable<TimerFired> Due(DateTime now) => _timers.Values
        .Where(timer => timer.FireAt <= now)
        .OrderBy(static timer => (timer.FireAt, timer.EventId))
        .Select(timer => new TimerFired(timer.EventId, timer.FireAt) { Timestamp = now });

    public DateTime TimerCreatedAt(int timerId) => _timers[timerId].Timestamp;
}
