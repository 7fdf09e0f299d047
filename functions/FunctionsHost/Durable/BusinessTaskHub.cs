using DurableTask.Core;
using DurableTask.Core.Entities;
using DurableTask.Core.History;
using DurableTask.Core.Query;
using FunctionsHosting.Clock;
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
    private const int StartStripes = 64;

    private readonly DurabilityProvider _inner;
    private readonly BusinessClock _clock;
    private readonly ClockFile? _clockFile;
    private readonly HubActivity? _activity;
    private readonly BusinessTimers _timers;
    private readonly WorkItems _items;
    private readonly SemaphoreSlim[] _starts = [.. Enumerable.Range(0, StartStripes).Select(static _ => new SemaphoreSlim(1))];

    public BusinessTaskHub(DurabilityProvider inner, DurableHostOptions options, ILogger logger)
        : base("business", inner, inner, inner.ConnectionName)
    {
        _inner = inner;
        _clock = options.Clock;
        _clockFile = options.ClockFile;
        _activity = InRealTime ? null : new(options.Work);
        _items = new(options.Work);
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

    Task IOrchestrationService.StopAsync()
    {
        _timers.Dispose();
        return _inner.StopAsync();
    }

    Task IOrchestrationService.StopAsync(bool isForced)
    {
        _timers.Dispose();
        return _inner.StopAsync(isForced);
    }

    Task<TaskOrchestrationWorkItem> IOrchestrationService.LockNextTaskOrchestrationWorkItemAsync(
        TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        _items.Next("turn", ct => _inner.LockNextTaskOrchestrationWorkItemAsync(receiveTimeout, ct), cancellationToken);

    Task<TaskOrchestrationWorkItem> IEntityOrchestrationService.LockNextOrchestrationWorkItemAsync(
        TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        _items.Next("turn", ct => ((IEntityOrchestrationService)_inner).LockNextOrchestrationWorkItemAsync(receiveTimeout, ct), cancellationToken);

    Task<TaskOrchestrationWorkItem> IEntityOrchestrationService.LockNextEntityWorkItemAsync(
        TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        _items.Next("entity's turn", ct => ((IEntityOrchestrationService)_inner).LockNextEntityWorkItemAsync(receiveTimeout, ct), cancellationToken);

    Task<TaskActivityWorkItem> IOrchestrationService.LockNextTaskActivityWorkItem(TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        _items.Next("activity at work", ct => _inner.LockNextTaskActivityWorkItem(receiveTimeout, ct), cancellationToken);

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

    async Task IOrchestrationService.ReleaseTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem)
    {
        _items.Ended(workItem);
        await _inner.ReleaseTaskOrchestrationWorkItemAsync(workItem);
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

    Task IOrchestrationServiceClient.SendTaskOrchestrationMessageAsync(TaskMessage message) =>
        Count(message, () => _inner.SendTaskOrchestrationMessageAsync(message));

    Task IOrchestrationServiceClient.SendTaskOrchestrationMessageBatchAsync(params TaskMessage[] messages) =>
        Task.WhenAll(messages.Select(message => Count(message, () => _inner.SendTaskOrchestrationMessageAsync(message))));

    Task IOrchestrationServiceClient.ForceTerminateTaskOrchestrationAsync(string instanceId, string reason)
    {
        var message = new TaskMessage { OrchestrationInstance = new() { InstanceId = instanceId }, Event = new ExecutionTerminatedEvent(-1, reason) };
        return Count(message, () => _inner.SendTaskOrchestrationMessageAsync(message));
    }

    async Task<PurgeResult> IOrchestrationServicePurgeClient.PurgeInstanceStateAsync(string instanceId)
    {
        var purged = await ((IOrchestrationServicePurgeClient)_inner).PurgeInstanceStateAsync(instanceId);
        await ForgetDeleted([instanceId]);
        return purged;
    }

    async Task<PurgeResult> IOrchestrationServicePurgeClient.PurgeInstanceStateAsync(PurgeInstanceFilter purgeInstanceFilter)
    {
        var purged = await ((IOrchestrationServicePurgeClient)_inner).PurgeInstanceStateAsync(purgeInstanceFilter);
        await ForgetDeleted();
        return purged;
    }

    /// <summary>After a purge, which may also delete what has not ended: drops what was held and counted for it.</summary>
    /// <param name="instances">Where to look; null: at all there are.</param>
    public async Task ForgetDeleted(IReadOnlyList<string>? instances = null)
    {
        if (_activity is null)
        {
            return;
        }

        foreach (var id in instances ?? _activity.Living)
        {
            if (await _inner.GetOrchestrationStateAsync(id, executionId: null) is null)
            {
                _timers.Drop(id);
                _activity.Forget(id);
            }
        }
    }

    /// <summary>A failed instance lives again; what is sent to it, and to its failed children, the provider sends by itself.</summary>
    public async Task Rewind(string instanceId, string reason)
    {
        if (_activity is null || await _inner.GetOrchestrationStateAsync(instanceId, executionId: null) is not { } state)
        {
            await _inner.RewindAsync(instanceId, reason);
            return;
        }

        var again = new TaskMessage { OrchestrationInstance = state.OrchestrationInstance, Event = new ExecutionStartedEvent(-1, null) };
        await Count(again, () => _inner.RewindAsync(instanceId, reason));
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
        if (timers.Count == 0)
        {
            return [];
        }

        DateTimeOffset began = state.NewEvents.OfType<OrchestratorStartedEvent>().Last().Timestamp.ToUniversalTime();
        var business = _clock.At(began).BusinessTime(began);
        return
        [
            .. timers
                .Select(message => (Message: message, Wait: ((TimerFiredEvent)message.Event).FireAt.ToUniversalTime() - began))
                .Where(static timer => timer.Wait > TimeSpan.Zero)
                .Select(timer => (timer.Message, business + timer.Wait)),
        ];
    }

    /// <summary>
    /// One start of an id at a time: of several at the same moment the Azure Storage service takes all and drops all but one in silence.
    /// </summary>
    private async Task Start(TaskMessage message, Func<Task> start)
    {
        if (InRealTime)
        {
            await start();
            return;
        }

        var turn = _starts[(uint)StringComparer.OrdinalIgnoreCase.GetHashCode(message.OrchestrationInstance.InstanceId) % StartStripes];
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
