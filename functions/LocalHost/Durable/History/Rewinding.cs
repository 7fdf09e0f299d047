namespace LocalHost.Durable.History;

/// <summary>What counts of the history of a run that has been rewound.</summary>
internal static class Rewinding
{
    /// <summary>The history with what its rewinds have undone replaced, place for place.</summary>
    public static List<HistoryEvent> Effective(List<HistoryEvent> history)
    {
        foreach (var rewound in history.OfType<ExecutionRewound>().ToList())
        {
            history = Without(history, rewound.Undone);
        }

        return history;
    }

    public static List<HistoryEvent> Without(IReadOnlyList<HistoryEvent> history, IEnumerable<int> undone)
    {
        List<HistoryEvent> left = [.. history];
        foreach (var place in undone)
        {
            left[place] = left[place] as GenericEvent ?? new GenericEvent(left[place]) { Timestamp = left[place].Timestamp };
        }

        return left;
    }

    /// <summary>The calls of sub-orchestrations that have no answer.</summary>
    public static List<ChildCall> OpenChildren(IReadOnlyList<HistoryEvent> history)
    {
        var answered = history.Select(AnswerTo).ToHashSet();
        return
        [
            .. history.OfType<SubOrchestrationInstanceCreated>()
                .Where(call => !answered.Contains(call.EventId))
                .Select(static call => new ChildCall(call.EventId, call.InstanceId)),
        ];
    }

    /// <summary>The number of the call that the event answers.</summary>
    public static int? AnswerTo(HistoryEvent e) => e switch
    {
        TaskCompleted completed => completed.TaskScheduledId,
        TaskFailed failed => failed.TaskScheduledId,
        SubOrchestrationInstanceCompleted completed => completed.TaskScheduledId,
        SubOrchestrationInstanceFailed failed => failed.TaskScheduledId,
        TimerFired fired => fired.TimerId,
        _ => null,
    };
}
