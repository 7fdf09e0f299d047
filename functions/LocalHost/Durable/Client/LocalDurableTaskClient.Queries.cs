using LocalHost.Durable.Engine;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Client;

internal sealed partial class LocalDurableTaskClient
{
    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, static status => status.Status != OrchestrationRuntimeStatus.Pending, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, static status => !status.IsLive, getInputsAndOutputs, cancellation);

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        engine.CheckRunning();
        InstanceIds.Check(instanceId);
        var status = await FindAsync(instanceId, getInputsAndOutputs, cancellation);
        return status is null ? null : Metadata.From(status, getInputsAndOutputs);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        engine.CheckRunning();
        return new InstancePages(parts.Hub, filter ?? new OrchestrationQuery());
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        engine.CheckRunning();
        InstanceIds.Check(instanceId);
        var purged = await OperateAsync(instanceId, static instance => instance.PurgeAsync(PurgeOfLive.Refused), cancellation);
        return new(purged ? 1 : 0, true);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        engine.CheckRunning();
        ArgumentNullException.ThrowIfNull(filter);
        var purged = 0;
        var statuses = filter.Statuses?.ToHashSet();
        var query = new OrchestrationQuery(filter.CreatedFrom, filter.CreatedTo, statuses);
        await foreach (var found in new InstancePages(parts.Hub, query).WithCancellation(cancellation))
        {
            // Without statuses a filter takes running ones too; with, one that has been started anew meanwhile must stay.
            var whenLive = statuses is not { Count: > 0 } || !found.IsCompleted ? PurgeOfLive.Allowed : PurgeOfLive.Skipped;
            purged += await OperateAsync(found.InstanceId, instance => instance.PurgeAsync(whenLive), cancellation) ? 1 : 0;
        }

        return new(purged, true);
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<StatusRow, bool> reached, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        engine.CheckRunning();
        InstanceIds.Check(instanceId);
        var status = await parts.Signals.UntilAsync(
            instanceId,
            async () => await FindAsync(instanceId, getInputsAndOutputs, cancellation) is { } row && reached(row) ? row : null,
            cancellation);
        return Metadata.From(status, getInputsAndOutputs);
    }

    private Task<StatusRow?> FindAsync(string instanceId, bool getInputsAndOutputs, CancellationToken cancellation) => getInputsAndOutputs
        ? parts.Hub.FindStatusAsync(instanceId, cancellation)
        : parts.Hub.FindStateAsync(instanceId, cancellation);
}
