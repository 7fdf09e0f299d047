namespace Conformance.Tests;

/// <summary>Where the tests run: an engine and its store.</summary>
public interface IBackend
{
    Task<ConformanceHost> StartAsync(Action<DurableTaskRegistry> functions);
}

/// <summary>A running engine, seen through the public API only.</summary>
public abstract class ConformanceHost(DurableTaskClient client, LogLines log) : IAsyncDisposable
{
    public DurableTaskClient Client { get; } = client;

    public LogLines Log { get; } = log;

    /// <summary>The engine's time.</summary>
    public abstract DateTime UtcNow { get; }

    /// <summary>Until what was begun has come to rest.</summary>
    public abstract Task SettleAsync();

    /// <summary>Lets the engine's time pass.</summary>
    public abstract Task PassAsync(TimeSpan time);

    public Task PassAsync(double beats) => PassAsync(beats * Flavour.Beat);

    public async Task<string> RunAsync(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input, options);
        await SettleAsync();
        return id;
    }

    public async Task RaiseAsync(string instanceId, string name, object? payload = null)
    {
        await Client.RaiseEventAsync(instanceId, name, payload);
        await SettleAsync();
    }

    public async Task SuspendAsync(string instanceId, string? reason = null)
    {
        await Client.SuspendInstanceAsync(instanceId, reason);
        await SettleAsync();
    }

    public async Task ResumeAsync(string instanceId)
    {
        await Client.ResumeInstanceAsync(instanceId);
        await SettleAsync();
    }

    public async Task TerminateAsync(string instanceId, object? output = null)
    {
        await Client.TerminateInstanceAsync(instanceId, output);
        await SettleAsync();
    }

    public async Task<OrchestrationMetadata> GetAsync(string instanceId) =>
        await Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true)
        ?? throw new InvalidOperationException($"There is no instance {instanceId}.");

    public async Task IsAsync(OrchestrationRuntimeStatus status, string instanceId) =>
        Assert.Equal(status, (await UntilAsync(instanceId, instance => instance.RuntimeStatus == status)).RuntimeStatus);

    /// <summary>The instance once it has ended, one way or the other.</summary>
    public async Task<OrchestrationMetadata> EndedAsync(string instanceId)
    {
        var instance = await UntilAsync(instanceId, static instance => instance.IsCompleted);
        Assert.True(instance.IsCompleted, $"{instance.Name} is {instance.RuntimeStatus}.");
        return instance;
    }

    /// <summary>The failure of an instance that has failed.</summary>
    public async Task<TaskFailureDetails> FailureAsync(string instanceId)
    {
        var instance = await EndedAsync(instanceId);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        return instance.FailureDetails ?? throw new InvalidOperationException($"The failed {instance.Name} has no failure details.");
    }

    /// <summary>The output of an instance that has completed.</summary>
    public async Task<T?> OutputAsync<T>(string instanceId)
    {
        var instance = await EndedAsync(instanceId);
        Assert.True(
            instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed,
            $"{instance.Name} is {instance.RuntimeStatus}: {instance.SerializedOutput} {instance.FailureDetails} {instance.FailureDetails?.StackTrace}");
        return instance.ReadOutputAs<T>();
    }

    public async Task<T?> OutputOfAsync<T>(TaskName name, object? input = null) => await OutputAsync<T>(await RunAsync(name, input));

    public async Task<List<string>> ListAsync(OrchestrationQuery? query = null)
    {
        List<string> ids = [];
        await foreach (var instance in Client.GetAllInstancesAsync(query))
        {
            ids.Add(instance.InstanceId);
        }

        ids.Sort(StringComparer.Ordinal);
        return ids;
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>The instance as soon as it is so, or as it is when no more can be expected.</summary>
    protected abstract Task<OrchestrationMetadata> UntilAsync(string instanceId, Func<OrchestrationMetadata, bool> reached);
}
