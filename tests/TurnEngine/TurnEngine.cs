using DurableTask.Core;
using DurableTask.Core.Exceptions;
using DurableTask.Core.History;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Turns;

/// <summary>
/// A task hub in memory on a clock that moves only when told. What an orchestrator sees (replay, numbers of calls, events, retries, conversion,
/// the check for determinism) is Microsoft's executor and worker shims; only the queues between the turns are here. One thing happens at a time,
/// on the caller's thread: several hubs may run side by side, one hub must not.
/// </summary>
/// <remarks>Not served: sub-orchestrations, entities, suspending, a start at a later time. Whoever asks for one gets a <see cref="NotSupportedException"/>.</remarks>
/// <param name="registry">What there is to run. A call of anything else is a fault of the test and leaves the engine as an exception.</param>
/// <param name="clock">Stamps history and drives timers, those of retry policies too.</param>
public sealed class TurnEngine(DurableTaskRegistry registry, FakeTimeProvider clock)
{
    private const int MostStepsAtOnce = 100_000;

    private static readonly IServiceProvider NoServices = new ServiceCollection().BuildServiceProvider();

    private readonly Dictionary<TaskName, Func<IServiceProvider, ITaskOrchestrator>> _orchestrators = new(registry.GetOrchestrators());
    private readonly Dictionary<TaskName, Func<IServiceProvider, ITaskActivity>> _activities = new(registry.GetActivities());
    private readonly Dictionary<string, TurnInstance> _instances = [];
    private readonly Queue<TurnInstance> _ready = new();
    private readonly Queue<(TurnInstance Instance, string ExecutionId, TaskScheduledEvent Task)> _tasks = new();
    private readonly PriorityQueue<(TurnInstance Instance, string ExecutionId, TimerFiredEvent Timer), (DateTime Due, long Order)> _timers = new();
    private long _order;

    /// <summary>Every turn begins from the stored history, as on an engine without sessions: dear, and finds code that does not repeat itself.</summary>
    public bool ReplaysEveryTurn { get; init; }

    public FakeTimeProvider Clock => clock;

    /// <summary>When the next timer rings, heard or not; null: no timer is set.</summary>
    public DateTimeOffset? NextDue => _timers.TryPeek(out _, out var at) ? at.Due : null;

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    public TurnInstance? Find(string id) => _instances.GetValueOrDefault(id);

    /// <summary>As a new process does: nothing is kept but what would be stored.</summary>
    public void Forget()
    {
        foreach (var instance in _instances.Values)
        {
            instance.Forget();
        }
    }

    /// <summary>Runs turns, activities and timers that are due, until all that is left waits for time or for an event.</summary>
    /// <exception cref="InvalidOperationException">An orchestration never waits.</exception>
    public async Task RunUntilIdle()
    {
        for (var steps = 0; steps < MostStepsAtOnce; steps++)
        {
            if (_ready.TryDequeue(out var instance))
            {
                Turn(instance);
            }
            else if (_tasks.TryDequeue(out var work))
            {
                await Work(work.Instance, work.ExecutionId, work.Task);
            }
            else if (NextDue <= clock.GetUtcNow())
            {
                var ring = _timers.Dequeue();
                Tell(ring.Instance, ring.ExecutionId, ring.Timer);
            }
            else
            {
                return;
            }
        }

        throw new InvalidOperationException($"Not idle after {MostStepsAtOnce} turns and activities; it is {Now:O}.");
    }

    /// <summary>From timer to timer; each finds the clock at its own instant.</summary>
    public async Task AdvanceTo(DateTimeOffset instant)
    {
        await RunUntilIdle();
        for (var due = NextDue; due <= instant; due = NextDue)
        {
            clock.SetUtcNow(due.Value);
            await RunUntilIdle();
        }

        if (instant > clock.GetUtcNow())
        {
            clock.SetUtcNow(instant.ToUniversalTime());
        }
    }

    /// <param name="kept">An instance of this id that has ended so is not replaced; one that runs never is.</param>
    /// <exception cref="OrchestrationAlreadyExistsException">There is such an instance.</exception>
    internal void Start(string name, string id, string? input, string version, IReadOnlyCollection<OrchestrationRuntimeStatus> kept)
    {
        if (!_orchestrators.ContainsKey(name))
        {
            throw new ArgumentException($"No orchestrator '{name}' is registered.", nameof(name));
        }

        if (Find(id) is { } known && (!known.IsOver || kept.Contains(known.Status)))
        {
            throw new OrchestrationAlreadyExistsException($"There is an instance '{id}', which is {known.Status}.");
        }

        _ready.Enqueue(_instances[id] = new(id, name, version, input, Now));
    }

    internal void Raise(TurnInstance instance, string name, string? payload) =>
        Tell(instance, instance.ExecutionId, new EventRaisedEvent(-1, payload) { Name = name });

    internal void Terminate(TurnInstance instance, string? output) => Tell(instance, instance.ExecutionId, new ExecutionTerminatedEvent(-1, output));

    /// <summary>What was meant for an execution that is over is dropped, as on a real hub.</summary>
    private void Tell(TurnInstance instance, string executionId, HistoryEvent told)
    {
        if (instance.Runs(executionId))
        {
            told.Timestamp = Now;
            instance.Tell(told);
            _ready.Enqueue(instance);
        }
    }

    private void Turn(TurnInstance instance)
    {
        var executionId = instance.ExecutionId;
        foreach (var decided in instance.Turn(Now, () => _orchestrators[instance.Name](NoServices), keepsSession: !ReplaysEveryTurn))
        {
            switch (decided)
            {
                case TaskScheduledEvent task:
                    _tasks.Enqueue((instance, executionId, task));
                    break;
                case TimerCreatedEvent timer:
                    _timers.Enqueue((instance, executionId, new(-1, timer.FireAt) { TimerId = timer.EventId }), (timer.FireAt, ++_order));
                    break;
                case EventSentEvent sent when Find(sent.InstanceId!) is { } target:
                    // Also what a generation has not heard: it is sent to the instance itself before that begins anew.
                    Raise(target, sent.Name!, sent.Input);
                    break;
                case ContinueAsNewEvent:
                    _ready.Enqueue(instance);
                    break;
            }
        }
    }

    private async Task Work(TurnInstance instance, string executionId, TaskScheduledEvent task)
    {
        var name = task.Name!;
        if (!_activities.TryGetValue(name, out var activity))
        {
            throw new InvalidOperationException($"'{instance.Name}' calls '{name}', and no such activity is registered.");
        }

        HistoryEvent answer;
        try
        {
            var context = new TaskContext(new() { InstanceId = instance.Id, ExecutionId = executionId }, name, task.Version, task.EventId);
            var output = await DurableTaskShimFactory.Default.CreateActivity(name, activity(NoServices)).RunAsync(context, task.Input);
            answer = new TaskCompletedEvent(-1, task.EventId, output);
        }
        catch (Exception fault)
        {
            // The orchestrator hears of it, and its retry policy.
            answer = new TaskFailedEvent(-1, task.EventId, reason: null, details: null, new FailureDetails(fault));
        }

        Tell(instance, executionId, answer);
    }
}
