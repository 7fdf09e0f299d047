using System.Globalization;
using DurableTask.Core;
using DurableTask.Core.Command;
using DurableTask.Core.History;
using Microsoft.DurableTask.Worker.Shims;

namespace Turns;

/// <summary>One instance as a task hub has it stored, and the session of the process that runs it.</summary>
public sealed class TurnInstance
{
    private readonly List<HistoryEvent> _inbox = [];
    private List<HistoryEvent> _history = [];
    private ExecutionStartedEvent _start;
    private Session? _session;
    private int _generation;

    internal TurnInstance(string id, string name, string? version, string? input, DateTime now)
    {
        Id = id;
        Name = name;
        _start = Begin(version, input, now, unheard: []);
    }

    public string Id { get; }

    /// <summary>The orchestrator's.</summary>
    public string Name { get; }

    /// <summary>Of the present generation, turn by turn as it is stored.</summary>
    public IReadOnlyList<HistoryEvent> History => _history;

    public OrchestrationRuntimeStatus Status { get; private set; } = OrchestrationRuntimeStatus.Pending;

    /// <summary>Of the present generation.</summary>
    public string? Input => _start.Input;

    /// <summary>JSON; of a failed instance the fault's message.</summary>
    public string? Output { get; private set; }

    /// <summary>Why it failed; null while it has not.</summary>
    public FailureDetails? Failure { get; private set; }

    /// <summary>When the present generation began.</summary>
    public DateTimeOffset CreatedAt => _start.Timestamp;

    public DateTimeOffset LastUpdatedAt => _history is [.., var last] ? last.Timestamp : CreatedAt;

    public bool IsOver => Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    internal string ExecutionId => _start.OrchestrationInstance.ExecutionId;

    internal bool Runs(string executionId) => !IsOver && ExecutionId == executionId;

    internal void Tell(HistoryEvent told) => _inbox.Add(told);

    internal void Forget() => _session = null;

    /// <summary>Runs the orchestrator on what it was told since its last turn, and stores what it decided.</summary>
    /// <returns>What the hub has to see to; nothing where there was nothing to tell.</returns>
    /// <exception cref="NotSupportedException">The orchestrator asks for something that the engine does not serve.</exception>
    internal IReadOnlyList<HistoryEvent> Turn(DateTime now, Func<ITaskOrchestrator> load, bool keepsSession)
    {
        if (IsOver || _inbox.Count == 0)
        {
            return [];
        }

        List<HistoryEvent> told = [new OrchestratorStartedEvent(-1) { Timestamp = now }, .. _inbox];
        _inbox.Clear();
        var actions = Execute(told, load, keepsSession).ToList();
        List<HistoryEvent> decided = [.. actions.Select(Stored)];
        decided.ForEach(one => one.Timestamp = now);
        _history.AddRange([.. told, .. decided, new OrchestratorCompletedEvent(-1) { Timestamp = now }]);
        Status = OrchestrationRuntimeStatus.Running;
        switch (actions.OfType<OrchestrationCompleteOrchestratorAction>().SingleOrDefault())
        {
            case { OrchestrationStatus: OrchestrationStatus.ContinuedAsNew } generation:
                _start = Begin(generation.NewVersion ?? _start.Version, generation.Result, now, generation.CarryoverEvents);
                break;
            case { } end:
                (Status, Output, Failure) = (Enum.Parse<OrchestrationRuntimeStatus>(end.OrchestrationStatus.ToString()), end.Result, end.FailureDetails);
                _session = null;
                break;
        }

        return decided;
    }

    /// <param name="unheard">Events that the generation before was told and has not looked at.</param>
    private ExecutionStartedEvent Begin(string? version, string? input, DateTime now, IEnumerable<HistoryEvent> unheard)
    {
        _history = [];
        _session = null;
        var start = new ExecutionStartedEvent(-1, input)
        {
            Name = Name,
            Version = version,
            Timestamp = now,
            // Repeatable, so that what is recorded twice is the same.
            OrchestrationInstance = new() { InstanceId = Id, ExecutionId = string.Create(CultureInfo.InvariantCulture, $"{Id}/{++_generation}") },
        };
        _inbox.InsertRange(0, [start, .. unheard]);
        return start;
    }

    private IEnumerable<OrchestratorAction> Execute(List<HistoryEvent> told, Func<ITaskOrchestrator> load, bool keepsSession)
    {
        if (_session is { } session)
        {
            session.State.NewEvents.Clear();
            told.ForEach(session.State.AddEvent);
            return session.Executor.ExecuteNewEvents().Actions;
        }

        var state = new OrchestrationRuntimeState(_history);
        told.ForEach(state.AddEvent);
        var shim = DurableTaskShimFactory.Default.CreateOrchestration(Name, load(), new Dictionary<string, object?>());
        var executor = new TaskOrchestrationExecutor(state, shim, BehaviorOnContinueAsNew.Carryover, entityParameters: null, ErrorPropagationMode.UseFailureDetails);
        _session = keepsSession ? new(state, executor) : null;
        return executor.Execute().Actions;
    }

    private static HistoryEvent Stored(OrchestratorAction action) => action switch
    {
        ScheduleTaskOrchestratorAction call => new TaskScheduledEvent(call.Id, call.Name!, call.Version, call.Input) { Tags = call.Tags },
        CreateTimerOrchestratorAction timer => new TimerCreatedEvent(timer.Id, timer.FireAt),
        SendEventOrchestratorAction sent => new EventSentEvent(sent.Id) { InstanceId = sent.Instance!.InstanceId, Name = sent.EventName, Input = sent.EventData },
        OrchestrationCompleteOrchestratorAction { OrchestrationStatus: OrchestrationStatus.ContinuedAsNew } end => new ContinueAsNewEvent(end.Id, end.Result),
        OrchestrationCompleteOrchestratorAction end => new ExecutionCompletedEvent(end.Id, end.Result, end.OrchestrationStatus, end.FailureDetails),
        _ => throw new NotSupportedException($"TurnEngine does not serve {action.OrchestratorActionType}."),
    };

    private sealed record Session(OrchestrationRuntimeState State, TaskOrchestrationExecutor Executor);
}
