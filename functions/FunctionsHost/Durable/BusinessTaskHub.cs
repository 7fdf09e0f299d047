using DurableTask.Core.Entities;
using DurableTask.Core.History;
using DurableTask.Core.Query;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Durable;

/// <summary>
/// A task hub in business time: takes the timers out of each turn, lets them run on the business clock and hands them back as messages; and counts
/// what is under way. On a clock that runs with real time timers stay durable where they are, with the service, and only what this host works on
/// at the moment is counted: the messages may be another host's.
/// </summary>
/// <remarks>
/// It derives from <see cref="DurabilityProvider"/> for all that passes through, and implements anew, as members of the interfaces, what it changes.
/// </remarks>
internal sealed class BusinessTaskHub
    : DurabilityProvider, IOrchestrationService, IOrchestrationServiceClient, IEntityOrchestrationService, IOrchestrationServicePurgeClient
{
    private readonly DurabilityProvider _inner;
    private readonly BusinessClock _clock;
    private readonly ClockFile? _clockFile;
    private readonly HubActivity? _activity;
    private readonly BusinessTimers _timers;
    private readonly WorkItems _items;
    private readonly SemaphoreSlim[] _starts = [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1))];

    public BusinessTaskHub(DurabilityProvider inner, FunctionsHostOptions options, DroppedMessages dropped, ILogger logger)
        : base("business", inner, inner, inner.ConnectionName)
    {
        _inner = inner;
        _clock = options.Clock;
        _clockFile = options.ClockFile;
        _activity = InRealTime ? null : new(options.Work);
        dropped.Heard += (instance, count) => _activity?.Dropped(instance, count);
        _items = new(options.Work, options.MayRun, goesBack: options.TaskHub is null);
        _timers = new(options.Clock, _activity, inner.SendTaskOrchestrationMessageAsync, logger);
    }

    public bool InRealTime => _clock.Speed == 1;

    /// <inheritdoc cref="WorkItems.Drain"/>
    public Task Drain(TimeSpan limit) => _items.Drain(limit);

    async Task IOrchestrationService.StartAsync()
    {
        await TakeUp();
        await _inner.StartAsync();
    }

    Task IOrchestrationService.StopAsync() => ((IOrchestrationService)this).StopAsync(isForced: false);

    Task IOrchestrationService.StopAsync(bool isForced)
    {
        _timers.Dispose();
        return _inner.StopAsync(isForced);
    }

    Task<TaskOrchestrationWorkItem> IOrchestrationService.LockNextTaskOrchestrationWorkItemAsync(TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        _items.Next("turn", ct => _inner.LockNextTaskOrchestrationWorkItemAsync(receiveTimeout, ct), GiveBack, cancellationToken);

    Task<TaskOrchestrationWorkItem> IEntityOrchestrationService.LockNextOrchestrationWorkItemAsync(TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        _items.Next("turn", ct => ((IEntityOrchestrationService)_inner).LockNextOrchestrationWorkItemAsync(receiveTimeout, ct), GiveBack, cancellationToken);

    Task<TaskOrchestrationWorkItem> IEntityOrchestrationService.LockNextEntityWorkItemAsync(TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        _items.Next("entity's turn", ct => ((IEntityOrchestrationService)_inner).LockNextEntityWorkItemAsync(receiveTimeout, ct), GiveBack, cancellationToken);

    Task<TaskActivityWorkItem> IOrchestrationService.LockNextTaskActivityWorkItem(TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        _items.Next(
            "activity at work", ct => _inner.LockNextTaskActivityWorkItem(receiveTimeout, ct), _inner.AbandonTaskActivityWorkItemAsync, cancellationToken);

    async Task IOrchestrationService.CompleteTaskOrchestrationWorkItemAsync(
        TaskOrchestrationWorkItem workItem,
        OrchestrationRuntimeState newOrchestrationRuntimeState,
        IList<TaskMessage> outboundMessages,
        IList<TaskMessage> orchestratorMessages,
        IList<TaskMessage> timerMessages,
        TaskMessage continuedAsNewMessage,
        OrchestrationState orchestrationState)
    {
        var turn = new Turn(workItem, newOrchestrationRuntimeState, orchestrationState);
        var held = InRealTime ? [] : ToHold(newOrchestrationRuntimeState, timerMessages);
        IList<TaskMessage> atOnce = [.. timerMessages.Except(held.Select(static h => h.Message))];
        TaskMessage[] sends = [.. outboundMessages, .. orchestratorMessages, .. atOnce];
        _activity?.Completes(turn, sends);
        try
        {
            await _inner.CompleteTaskOrchestrationWorkItemAsync(
                workItem, newOrchestrationRuntimeState, outboundMessages, orchestratorMessages, atOnce, continuedAsNewMessage, orchestrationState);
        }
        catch
        {
            _activity?.NotCompleted(turn, sends);
            throw;
        }

        if (turn.Execution is not null)
        {
            _timers.Drop(turn.Instance, but: turn.Lives ? turn.Execution : null);
        }

        foreach (var (message, due) in turn.Lives ? held : [])
        {
            _timers.Hold(message, due); // before the turn is over: nobody may find the hub idle and its next alarm not set
        }

        _activity?.Completed(turn);
        _items.Ended(workItem);
    }

    async Task IOrchestrationService.CompleteTaskActivityWorkItemAsync(TaskActivityWorkItem workItem, TaskMessage responseMessage)
    {
        await Count(responseMessage, () => _inner.CompleteTaskActivityWorkItemAsync(workItem, responseMessage));
        _activity?.Executed(workItem.TaskMessage);
        _items.Ended(workItem);
    }

    async Task IOrchestrationService.AbandonTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem)
    {
        await _inner.AbandonTaskOrchestrationWorkItemAsync(workItem);
        _items.Ended(workItem);
    }

    Task IOrchestrationService.ReleaseTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem)
    {
        _items.Ended(workItem);
        return _inner.ReleaseTaskOrchestrationWorkItemAsync(workItem);
    }

    async Task IOrchestrationService.AbandonTaskActivityWorkItemAsync(TaskActivityWorkItem workItem)
    {
        await _inner.AbandonTaskActivityWorkItemAsync(workItem);
        _items.Ended(workItem);
    }

    Task IOrchestrationServiceClient.CreateTaskOrchestrationAsync(TaskMessage creationMessage) =>
        Start(creationMessage, () => _inner.CreateTaskOrchestrationAsync(creationMessage));

    Task IOrchestrationServiceClient.CreateTaskOrchestrationAsync(TaskMessage creationMessage, OrchestrationStatus[] dedupeStatuses) =>
        Start(creationMessage, () => _inner.CreateTaskOrchestrationAsync(creationMessage, dedupeStatuses));

    Task IOrchestrationServiceClient.SendTaskOrchestrationMessageAsync(TaskMessage message) => Send(message);

    Task IOrchestrationServiceClient.SendTaskOrchestrationMessageBatchAsync(params TaskMessage[] messages) => Task.WhenAll(messages.Select(Send));

    Task IOrchestrationServiceClient.ForceTerminateTaskOrchestrationAsync(string instanceId, string reason) =>
        Send(new() { OrchestrationInstance = new() { InstanceId = instanceId }, Event = new ExecutionTerminatedEvent(-1, reason) });

    Task<PurgeResult> IOrchestrationServicePurgeClient.PurgeInstanceStateAsync(string instanceId) =>
        Purge(((IOrchestrationServicePurgeClient)_inner).PurgeInstanceStateAsync(instanceId), instanceId);

    Task<PurgeResult> IOrchestrationServicePurgeClient.PurgeInstanceStateAsync(PurgeInstanceFilter purgeInstanceFilter) =>
        Purge(((IOrchestrationServicePurgeClient)_inner).PurgeInstanceStateAsync(purgeInstanceFilter));

    /// <summary>Drops what was held and counted for what a purge deletes, which need not have ended.</summary>
    /// <param name="purge">The provider's.</param>
    /// <param name="instance">Null: whichever it deletes.</param>
    public async Task<T> Purge<T>(Task<T> purge, string? instance = null)
    {
        var purged = await purge;
        foreach (var id in instance is not null ? [instance] : _activity?.Living ?? [])
        {
            if (!InRealTime && await _inner.GetOrchestrationStateAsync(id, executionId: null) is null)
            {
                _timers.Drop(id);
                _activity?.Forget(id);
            }
        }

        return purged;
    }

    /// <summary>A failed instance lives again; what is sent to it, and to its failed children, the provider sends by itself.</summary>
    public async Task Rewind(string instanceId, string reason)
    {
        if (await _inner.GetOrchestrationStateAsync(instanceId, executionId: null) is { } state)
        {
            var again = new TaskMessage { OrchestrationInstance = state.OrchestrationInstance, Event = new ExecutionStartedEvent(-1, null) };
            await Count(again, () => _inner.RewindAsync(instanceId, reason));
        }
        else
        {
            await _inner.RewindAsync(instanceId, reason);
        }
    }

    /// <summary>As a dispatcher gives back a turn it could not run.</summary>
    private async Task GiveBack(TaskOrchestrationWorkItem turn)
    {
        await _inner.AbandonTaskOrchestrationWorkItemAsync(turn);
        await _inner.ReleaseTaskOrchestrationWorkItemAsync(turn);
    }

    /// <summary>What an earlier run of the host left: see "Timers after a restart" in this folder's README.md.</summary>
    private async Task TakeUp()
    {
        if (InRealTime && _clockFile?.KnowsOtherSpeeds != true)
        {
            return;
        }

        await foreach (var open in OpenInstance.In(_inner, CancellationToken.None))
        {
            _activity?.Found(open);
            foreach (var timer in open.Timers)
            {
                var clock = _clockFile?.At(timer.TurnAt) ?? _clock.At(timer.TurnAt);
                if (!InRealTime || clock.Speed != 1)
                {
                    _timers.Hold(timer.MessageTo(open), clock.BusinessTime(timer.TurnAt) + (timer.FireAt - timer.TurnAt));
                }
            }
        }
    }

    /// <summary>The timers of a turn that are for later, with their business time: a turn waits for durations, from when it began.</summary>
    private List<(TaskMessage Message, DateTimeOffset Due)> ToHold(OrchestrationRuntimeState state, IList<TaskMessage> timers)
    {
        DateTimeOffset began = (state.NewEvents.OfType<OrchestratorStartedEvent>().LastOrDefault()?.Timestamp ?? DateTime.UtcNow).ToUniversalTime();
        var business = _clock.At(began).BusinessTime(began);
        var waits = timers.Select(message => (Message: message, Wait: ((TimerFiredEvent)message.Event).FireAt.ToUniversalTime() - began));
        return [.. waits.Where(static timer => timer.Wait > TimeSpan.Zero).Select(timer => (timer.Message, business + timer.Wait))];
    }

    /// <summary>
    /// One start of an id at a time: of several at the same moment the Azure Storage service takes all and drops all but one in silence.
    /// </summary>
    private async Task Start(TaskMessage message, Func<Task> start)
    {
        var turn = _starts[(uint)StringComparer.OrdinalIgnoreCase.GetHashCode(message.OrchestrationInstance.InstanceId) % _starts.Length];
        await turn.WaitAsync();
        try
        {
            await Count(message, start);
        }
        finally
        {
            turn.Release();
        }
    }

    private Task Send(TaskMessage message) => Count(message, () => _inner.SendTaskOrchestrationMessageAsync(message));

    private async Task Count(TaskMessage message, Func<Task> send)
    {
        _activity?.Sent(message);
        try
        {
            await send();
        }
        catch
        {
            _activity?.NotSent(message);
            throw;
        }
    }
}
