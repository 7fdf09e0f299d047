using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Replay;

/// <summary>
/// What of a failed run is to be undone so that it goes on and as little as possible is done twice. Whether a choice fits the code is not guessed:
/// the code is run over what it leaves.
/// </summary>
internal sealed class RewindPlan
{
    private readonly List<HistoryEvent> _history;
    private readonly Func<List<HistoryEvent>, TurnOutcome> _run;
    private readonly List<int> _failures;
    private readonly HashSet<int?> _answered;
    private readonly int _end;

    private RewindPlan(List<HistoryEvent> history, Func<List<HistoryEvent>, TurnOutcome> run)
    {
        (_history, _run) = (history, run);
        _failures = Places(static e => e is TaskFailed or SubOrchestrationInstanceFailed);
        _answered = [.. history.Select(Rewinding.AnswerTo)];
        _end = history.FindLastIndex(static e => e is ExecutionCompleted);
    }

    /// <param name="history">The run's history; it ends with the failure.</param>
    /// <param name="run">Runs the code over a history, as the turn of the rewind would.</param>
    /// <returns>Places in the history; the end alone where nothing makes the code go on, because it throws by itself.</returns>
    public static List<int> Undo(List<HistoryEvent> history, Func<List<HistoryEvent>, TurnOutcome> run)
    {
        var plan = new RewindPlan(history, run);
        return plan.Choices().Select(plan.WithEnd).FirstOrDefault(plan.GoesOn) ?? [plan._end];
    }

    private IEnumerable<List<int>> Choices()
    {
        // The failed calls and nothing else: all of them, or all but the earliest, which the code may have got over.
        for (var first = 0; first < _failures.Count; first++)
        {
            yield return Calls(_failures[first..]);
        }

        // The code did something on account of the failure that ended it, such as a retry's timer or a clean-up: that is undone too.
        var causes = _failures.Count == 0 ? [] : _run(Rewinding.Without(_history, [_end])).FailedCalls.ToHashSet();
        for (var first = _failures.Count - 1; first >= 0; first--)
        {
            var followed = Followed(_failures[first]);
            var isCause = causes.Contains(Rewinding.AnswerTo(_history[_failures[first]])!.Value);
            if ((isCause || followed.TrueForAll(IsDueAtOnce)) && !followed.Exists(IsUnderWay))
            {
                var ids = followed.Select(place => _history[place].EventId).ToHashSet();
                yield return [.. Calls(_failures[first..]), .. followed, .. Places(e => Rewinding.AnswerTo(e) is { } id && ids.Contains(id))];
            }
        }
    }

    /// <summary>The failures; of activities the calls too, which the code then makes again. A failed child is asked to go on instead.</summary>
    private List<int> Calls(List<int> failures)
    {
        var calls = failures.Select(place => _history[place]).OfType<TaskFailed>().Select(static f => f.TaskScheduledId).ToHashSet();
        return [.. failures, .. Places(e => e is TaskScheduled && calls.Contains(e.EventId))];
    }

    /// <summary>What the code did in the turn of the failure and later.</summary>
    private List<int> Followed(int failure)
    {
        var turn = _history.FindLastIndex(failure, static e => e is OrchestratorStarted);
        return Places(static e => e is TaskScheduled or SubOrchestrationInstanceCreated or TimerCreated or EventSent).FindAll(place => place > turn);
    }

    /// <summary>The timer that Durable Task adds after the last attempt.</summary>
    private bool IsDueAtOnce(int place) => _history[place] is TimerCreated timer && timer.FireAt <= timer.Timestamp;

    private bool IsUnderWay(int place) =>
        _history[place] is TaskScheduled or SubOrchestrationInstanceCreated && !_answered.Contains(_history[place].EventId);

    private List<int> WithEnd(List<int> choice) => [.. choice.Append(_end).Distinct().Order()];

    private bool GoesOn(List<int> undone) => _run(Rewinding.Without(_history, undone)).Status != OrchestrationRuntimeStatus.Failed;

    private List<int> Places(Func<HistoryEvent, bool> which) => [.. Enumerable.Range(0, _history.Count).Where(place => which(_history[place]))];
}
