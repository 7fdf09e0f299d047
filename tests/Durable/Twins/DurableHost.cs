using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Durable.Tests.Twins;

/// <summary>An engine in memory on a clock that stands until it is told: nothing here waits for real time.</summary>
internal sealed class DurableHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 9, 18, 13, 30, 0, TimeSpan.Zero);

    private readonly CancellationTokenSource _gone = new();

    private DurableHost(ITaskHubStore store, BusinessClock clock, WorkTracker work, DurableEngine engine)
    {
        (Store, Clock, Work, Engine) = (store, clock, work, engine);
        Client = engine.CreateClient();
    }

    public ITaskHubStore Store { get; }

    public BusinessClock Clock { get; }

    public WorkTracker Work { get; }

    public DurableEngine Engine { get; }

    public DurableTaskClient Client { get; }

    public static async Task<DurableHost> StartAsync(
        Action<DurableTaskRegistry> functions,
        ITaskHubStore? store = null,
        BusinessClock? clock = null,
        ILoggerFactory? loggers = null,
        DurableEngineOptions? options = null,
        Func<IDurableFunctions, IDurableFunctions>? around = null)
    {
        var registry = new DurableTaskRegistry();
        functions(registry);
        store ??= new MemoryTaskHubStore();
        clock ??= BusinessClock.Frozen(Start);
        var work = new WorkTracker();
        IDurableFunctions run = new RegistryFunctions(registry);
        var engine = new DurableEngine(
            store, around?.Invoke(run) ?? run, clock, work, loggers ?? NullLoggerFactory.Instance, options ?? new DurableEngineOptions());
        var host = new DurableHost(store, clock, work, engine);
        await engine.StartAsync(CancellationToken.None);
        return host;
    }

    /// <summary>Starts, and waits until nothing can run without an event or the clock.</summary>
    public async Task<string> RunAsync(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input, options);
        await WhenIdle();
        return id;
    }

    /// <exception cref="OperationCanceledException">The host is gone, or something runs for more than half a minute.</exception>
    public async Task WhenIdle()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await Work.WhenIdle(limit.Token);
        limit.Token.ThrowIfCancellationRequested();
    }

    public async Task RaiseAsync(string instanceId, string name, object? payload = null)
    {
        await Client.RaiseEventAsync(instanceId, name, payload);
        await WhenIdle();
    }

    /// <summary>From alarm to alarm until the instant.</summary>
    public async Task AdvanceTo(DateTimeOffset instant)
    {
        await WhenIdle();
        while (Clock.NextDue is { } due && due <= instant)
        {
            Clock.AdvanceTo(due);
            await WhenIdle();
        }

        Clock.AdvanceTo(instant);
        await WhenIdle();
    }

    public Task AdvanceBy(TimeSpan time) => AdvanceTo(Clock.GetUtcNow() + time);

    public async Task<OrchestrationMetadata> GetAsync(string instanceId) =>
        await Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true)
        ?? throw new Xunit.Sdk.XunitException($"There is no instance {instanceId}.");

    /// <summary>The output of an instance that has completed.</summary>
    public async Task<T?> OutputAsync<T>(string instanceId)
    {
        var instance = await GetAsync(instanceId);
        Assert.True(
            instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed,
            $"{instance.Name} is {instance.RuntimeStatus}: {instance.SerializedOutput} {instance.FailureDetails?.StackTrace}");
        return instance.ReadOutputAs<T>();
    }

    /// <summary>The history of the instance's present run, as it is stored.</summary>
    internal async Task<List<HistoryEvent>> HistoryAsync(string instanceId)
    {
        var shard = TaskHubKeys.Shard(InstanceIds.Shard(instanceId, new DurableEngineOptions().PartitionCount));
        var status = StatusRow.From((await Store.FindAsync(shard, TaskHubKeys.Status(instanceId), CancellationToken.None))!);
        List<HistoryEvent> events = [];
        await foreach (var row in Store.ReadAsync(shard, TaskHubKeys.TurnsOf(instanceId, status.Start.ExecutionId), CancellationToken.None))
        {
            events.AddRange(TurnRows.Read(row));
        }

        return events;
    }

    /// <summary>The keys of all rows of the hub.</summary>
    public async Task<List<string>> KeysAsync()
    {
        List<string> keys = [];
        for (var shard = 0; shard < new DurableEngineOptions().PartitionCount; shard++)
        {
            await foreach (var row in Store.ReadAsync(TaskHubKeys.Shard(shard), new(" ", "~"), CancellationToken.None))
            {
                keys.Add(row.Key);
            }
        }

        return keys;
    }

    public async Task IsAsync(OrchestrationRuntimeStatus status, string instanceId) =>
        Assert.Equal(status, (await GetAsync(instanceId)).RuntimeStatus);

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await Engine.DisposeAsync();
    }
}
