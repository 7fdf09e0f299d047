using LocalHost.Durable.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Replay;

/// <summary>
/// What an orchestrator's code sees during one turn. Every call takes the next number; on replay the numbers meet those of history, and only
/// calls that history does not have remain as the turn's new actions.
/// </summary>
internal sealed partial class OrchestrationContext : TaskOrchestrationContext
{
    private readonly ExecutionStarted _start;
    private readonly TurnSynchronization _turn;
    private readonly TimeSpan _maximumTimerInterval;
    private readonly string _defaultVersion;
    private readonly EventWaiters _events = new();
    private int _nextId;
    private int _guids;
    private DateTime _now;

    public OrchestrationContext(
        string instanceId,
        ExecutionStarted start,
        TurnSynchronization turn,
        DurableEngineOptions options,
        ILoggerFactory loggers)
    {
        InstanceId = instanceId;
        _start = start;
        _turn = turn;
        _maximumTimerInterval = options.MaximumTimerInterval;
        _defaultVersion = options.DefaultVersion;
        LoggerFactory = loggers;
    }

    public override TaskName Name => _start.Name;

    public override string InstanceId { get; }

    public override ParentOrchestrationInstance? Parent => _start.Parent is { } parent ? new(parent.Name, parent.InstanceId) : null;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => Replaying;

    public override string Version => _start.Version ?? string.Empty;

    /// <summary>Set while the past is run again.</summary>
    internal bool Replaying { get; set; } = true;

    internal string? CustomStatus { get; private set; }

    /// <summary>Set since the past has been run again.</summary>
    internal bool HasNewCustomStatus { get; private set; }

    internal ContinueAsNewRequest? Continuation { get; private set; }

    protected override ILoggerFactory LoggerFactory { get; }

    public override T? GetInput<T>()
        where T : default => Payload.Read<T>(_start.Input);

    public override void SetCustomStatus(object? customStatus) =>
        (CustomStatus, HasNewCustomStatus) = (Payload.Write(customStatus), HasNewCustomStatus || !Replaying);

    public override Guid NewGuid()
    {
        CheckOnTurn();
        return DeterministicGuid.Create(InstanceId, _now, _guids++);
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckOnTurn();
        Continuation = new(Payload.Write(options.NewInput), options.NewVersion, options.PreserveUnprocessedEvents);
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        CheckOnTurn();
        return _events.Wait<T>(eventName, () => _turn.IsCurrent, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        CheckOnTurn();
        _actions.Add(_nextId, new EventSent(instanceId, eventName) { EventId = _nextId, Input = Payload.Write(payload) });
        _nextId++;
    }

    /// <exception cref="InvalidOperationException">The caller is not the orchestrator's code in its turn.</exception>
    private void CheckOnTurn()
    {
        if (!_turn.IsCurrent)
        {
            throw new InvalidOperationException(
                $"The context of the orchestrator '{Name}' was called from another thread, or after its turn had ended. " +
                "An orchestrator may only await tasks made by its TaskOrchestrationContext (no Task.Run, Task.Delay, ConfigureAwait(false) or I/O).");
        }
    }
}

internal sealed record ContinueAsNewRequest(string? Input, string? NewVersion, bool PreserveEvents);
