using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace FunctionsHosting.Durable;

/// <summary>
/// What the extension works with: the two core interfaces go to the task hub in business time, what it asks beside them to the provider underneath.
/// </summary>
internal sealed class BusinessProvider(DurabilityProvider inner, BusinessTaskHub hub) : DurabilityProvider("business", hub, hub, inner.ConnectionName)
{
    public BusinessTaskHub Hub => hub;

    public override string ConnectionName => inner.ConnectionName;

    public override bool SupportsEntities => inner.SupportsEntities;

    public override bool AllowsExternalActivityScheduling => inner.AllowsExternalActivityScheduling;

    public override bool SupportsPollFreeWait => inner.SupportsPollFreeWait;

    public override bool GuaranteesOrderedDelivery => inner.GuaranteesOrderedDelivery;

    public override bool SupportsImplicitEntityDeletion => inner.SupportsImplicitEntityDeletion;

    public override bool CheckStatusBeforeRaiseEvent => inner.CheckStatusBeforeRaiseEvent;

    public override JObject ConfigurationJson => inner.ConfigurationJson;

    public override string EventSourceName
    {
        get => inner.EventSourceName;
        set => inner.EventSourceName = value;
    }

    public override TimeSpan MaximumDelayTime
    {
        get => inner.MaximumDelayTime;
        set => inner.MaximumDelayTime = value;
    }

    public override TimeSpan LongRunningTimerIntervalLength
    {
        get => inner.LongRunningTimerIntervalLength;
        set => inner.LongRunningTimerIntervalLength = value;
    }

    public override void SetUseSeparateQueueForEntityWorkItems(bool newValue) => inner.SetUseSeparateQueueForEntityWorkItems(newValue);

    public override bool ValidateDelayTime(TimeSpan timespan, out string errorMessage) => inner.ValidateDelayTime(timespan, out errorMessage);

    // In business time the start goes through the hub, which looks at the instance once more.
    public override Task CreateTaskOrchestrationAsync(TaskMessage creationMessage, OrchestrationStatus[] dedupeStatuses, CancellationToken cancellationToken) =>
        hub.InRealTime
            ? inner.CreateTaskOrchestrationAsync(creationMessage, dedupeStatuses, cancellationToken)
            : base.CreateTaskOrchestrationAsync(creationMessage, dedupeStatuses, cancellationToken);

    public override Task<IList<OrchestrationState>> GetAllOrchestrationStates(CancellationToken cancellationToken) =>
        inner.GetAllOrchestrationStates(cancellationToken);

    public override Task<IList<OrchestrationState>> GetOrchestrationStateWithInputsAsync(string instanceId, bool showInput = true) =>
        inner.GetOrchestrationStateWithInputsAsync(instanceId, showInput);

    public override Task<OrchestrationStatusQueryResult> GetOrchestrationStateWithPagination(
        OrchestrationStatusQueryCondition condition, CancellationToken cancellationToken) =>
        inner.GetOrchestrationStateWithPagination(condition, cancellationToken);

    public override Task<IAsyncEnumerable<HistoryEvent>> StreamOrchestrationHistoryAsync(string instanceId, CancellationToken cancellationToken) =>
        inner.StreamOrchestrationHistoryAsync(instanceId, cancellationToken);

    public override Task<string> RetrieveSerializedEntityState(EntityId entityId, JsonSerializerSettings serializierSettings) =>
        inner.RetrieveSerializedEntityState(entityId, serializierSettings);

    public override async Task<int> PurgeHistoryByFilters(DateTime createdTimeFrom, DateTime? createdTimeTo, IEnumerable<OrchestrationStatus> runtimeStatus)
    {
        var purged = await inner.PurgeHistoryByFilters(createdTimeFrom, createdTimeTo, runtimeStatus);
        await hub.ForgetDeleted();
        return purged;
    }

    public override async Task<PurgeHistoryResult> PurgeInstanceHistoryByInstanceId(string instanceId)
    {
        var purged = await inner.PurgeInstanceHistoryByInstanceId(instanceId);
        await hub.ForgetDeleted([instanceId]);
        return purged;
    }

    public override Task RewindAsync(string instanceId, string reason) => hub.Rewind(instanceId, reason);

    public override Task MakeCurrentAppPrimaryAsync() => inner.MakeCurrentAppPrimaryAsync();
}
