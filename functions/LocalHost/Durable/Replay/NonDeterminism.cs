using DurableTask.Core.Exceptions;
using LocalHost.Durable.History;

namespace LocalHost.Durable.Replay;

/// <summary>Compares what history says the code did with what it does now; the texts are Durable Task's.</summary>
internal static class NonDeterminism
{
    private const string Question = "Was a change made to the orchestrator code after this instance had already started running?";

    /// <exception cref="NonDeterministicOrchestrationException">The code does something else, or nothing, at that number.</exception>
    public static void Check(HistoryEvent recorded, HistoryEvent? now)
    {
        if (now is null)
        {
            throw Differs(recorded, $"scheduled {Missing(recorded)}, but the current replay execution hasn't (yet?) scheduled this task.");
        }

        if (now.GetType() != recorded.GetType())
        {
            throw Differs(
                recorded,
                $"scheduled {Numbered(recorded)}, but the current orchestration replay instead produced a {Action(now)} action " +
                "with this sequence number.");
        }

        if (NameOf(recorded) is { } name && !string.Equals(name, NameOf(now), StringComparison.OrdinalIgnoreCase))
        {
            throw Differs(
                recorded,
                $"scheduled {Numbered(recorded)}, but the current orchestration replay instead scheduled {Kind(now)} named '{NameOf(now)}' " +
                "with this sequence number.");
        }
    }

    private static NonDeterministicOrchestrationException Differs(HistoryEvent recorded, string difference) =>
        new(recorded.EventId, $"A previous execution of this orchestration {difference}  {Question}");

    private static string Missing(HistoryEvent recorded) => recorded switch
    {
        TaskScheduled t => $"an activity task with sequence ID {t.EventId} and name '{t.Name}' (version '{t.Version}')",
        SubOrchestrationInstanceCreated s =>
            $"a sub-orchestration task with sequence ID {s.EventId} and name '{s.Name}' (version '{s.Version}', instance ID '{s.InstanceId}')",
        _ => $"{Numbered(recorded)}",
    };

    private static string Numbered(HistoryEvent recorded) => NameOf(recorded) is { } name
        ? $"{Kind(recorded)} with sequence number {recorded.EventId} named '{name}'"
        : $"{Kind(recorded)} with sequence number {recorded.EventId}";

    private static string Kind(HistoryEvent action) => action switch
    {
        TaskScheduled => "an activity task",
        SubOrchestrationInstanceCreated => "a sub-orchestration",
        TimerCreated => "a timer task",
        EventSent => "a send event task",
        _ => throw new ArgumentException($"{action.GetType().Name} is not an action of an orchestrator.", nameof(action)),
    };

    private static string Action(HistoryEvent action) => action switch
    {
        TaskScheduled => "ScheduleTaskOrchestratorAction",
        SubOrchestrationInstanceCreated => "CreateSubOrchestrationAction",
        TimerCreated => "CreateTimerOrchestratorAction",
        EventSent => "SendEventOrchestratorAction",
        _ => throw new ArgumentException($"{action.GetType().Name} is not an action of an orchestrator.", nameof(action)),
    };

    private static string? NameOf(HistoryEvent action) => action switch
    {
        TaskScheduled t => t.Name,
        SubOrchestrationInstanceCreated s => s.Name,
        EventSent e => e.Name,
        _ => null,
    };
}
