using LocalHost.Durable.History;
using Microsoft.DurableTask;

namespace LocalHost.Durable.Replay;

internal sealed partial class OrchestrationContext
{
    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        CheckCall(name, input);
        var serialized = Payload.IntoArray(input);
        var result = await WithRetries(options, () => Schedule(new TaskScheduled(name.Name)
        {
            Version = options?.Version?.Version ?? Version,
            Input = serialized,
        }));
        return Payload.Read<TResult>(result)!;
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        CheckCall(orchestratorName, input);

        // Decided once: every attempt of a retry runs as the same child.
        var childId = (options as SubOrchestrationOptions)?.InstanceId is { Length: > 0 } given ? given : NewGuid().ToString("N");
        InstanceIds.Check(childId);
        var serialized = Payload.Write(input);
        var result = await WithRetries(options, () => Schedule(new SubOrchestrationInstanceCreated(orchestratorName.Name, childId)
        {
            Version = options?.Version?.Version ?? _defaultVersion,
            Input = serialized,
            Tags = options?.Tags is { } tags ? new(tags) : null,
        }));
        return Payload.Read<TResult>(result)!;
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        CheckOnTurn();
        return TimerInHops(fireAt.ToUniversalTime(), cancellationToken);
    }

    private async Task TimerInHops(DateTime fireAt, CancellationToken cancellation)
    {
        while (fireAt - _now > _maximumTimerInterval)
        {
            await Timer(_now + _maximumTimerInterval, cancellation);
        }

        await Timer(fireAt, cancellation);
    }

    private Task Timer(DateTime fireAt, CancellationToken cancellation)
    {
        var id = _nextId;
        var fired = Schedule(new TimerCreated(fireAt));
        if (cancellation.CanBeCanceled)
        {
            cancellation.Register(() => Cancel(id));
        }

        return fired;
    }

    /// <summary>Takes the next number for the action; the task completes with the result that history or a later turn has for it.</summary>
    private Task<string?> Schedule(HistoryEvent action)
    {
        CheckOnTurn();
        var id = _nextId++;
        var numbered = action with { EventId = id };
        _actions.Add(id, numbered);
        var open = new OpenCall(numbered);
        _open.Add(id, open);
        return open.Source.Task;
    }

    private void Cancel(int timerId)
    {
        if (_turn.IsCurrent && _open.Remove(timerId, out var timer))
        {
            timer.Source.TrySetCanceled();
        }
    }

    private void CheckCall(TaskName name, object? input)
    {
        CheckOnTurn();
        ArgumentNullException.ThrowIfNull(name.Name, nameof(name));
        if (input is TaskOptions)
        {
            throw new ArgumentException($"{nameof(TaskOptions)} was given as the input of '{name}'. Give it as the options.", nameof(input));
        }
    }
}
