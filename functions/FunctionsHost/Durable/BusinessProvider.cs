using DurableTask.Core.History;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace FunctionsHosting.Durable;

/// <summary>Puts the task hub in business time between the extension and the official Azure Storage provider, or another task hub.</summary>
internal sealed class BusinessProviderFactory(
    IDurabilityProviderFactory? official, Func<DurabilityProvider> inner, DurableHostOptions options, DroppedMessages dropped, ILogger logger)
    : IDurabilityProviderFactory
{
    private readonly Lazy<BusinessProvider> _provider = new(() => new(inner(), options, dropped, logger));

    /// <summary>The official one's, so that host.json is as it is on Azure.</summary>
    public string Name => "AzureStorage";

    public BusinessTaskHub Hub => _provider.Value.Hub;

    /// <summary>Replaces the official factory by one that wraps what it makes.</summary>
    public static void Register(IServiceCollection services, DurableHostOptions options)
    {
        var registered = services.Single(static s => s.ServiceType == typeof(IDurabilityProviderFactory));
        services.Remove(registered);
        services.AddSingleton(provider =>
        {
            // An internal class of the extension: it is made the way the container would have made it.
            var official = options.TaskHub is null
                ? (IDurabilityProviderFactory)ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!)
                : null;
            return new BusinessProviderFactory(
                official,
                () => official?.GetDurabilityProvider() ?? options.TaskHub!(provider),
                options,
                provider.GetRequiredService<DroppedMessages>(),
                provider.GetRequiredService<ILogger<BusinessTaskHub>>());
        });
        services.AddSingleton<IDurabilityProviderFactory>(static provider => provider.GetRequiredService<BusinessProviderFactory>());
    }

    public DurabilityProvider GetDurabilityProvider() => _provider.Value;

    /// <summary>The official factory gives its own one for this app's hub, and others for the hubs of other apps.</summary>
    public DurabilityProvider GetDurabilityProvider(DurableClientAttribute attribute) =>
        official?.GetDurabilityProvider(attribute) is { } asked && asked != official.GetDurabilityProvider() ? asked : _provider.Value;

    public void SetUseSeparateQueueForEntityWorkItems(bool newValue)
    {
        official?.SetUseSeparateQueueForEntityWorkItems(newValue);
        _provider.Value.SetUseSeparateQueueForEntityWorkItems(newValue);
    }

    public void SetRegisteredFunctions(
        IReadOnlyCollection<string> orchestratorNames, IReadOnlyCollection<string> activityNames, IReadOnlyCollection<string> entityNames) =>
        official?.SetRegisteredFunctions(orchestratorNames, activityNames, entityNames);
}

/// <summary>
/// What the extension works with: the two core interfaces go to the task hub in business time, what it asks beside them to the provider underneath.
/// </summary>
internal sealed class BusinessProvider(DurabilityProvider inner, BusinessTaskHub hub) : DurabilityProvider("business", hub, hub, inner.ConnectionName)
{
    public BusinessProvider(DurabilityProvider inner, DurableHostOptions options, DroppedMessages dropped, ILogger logger)
        : this(inner, new BusinessTaskHub(inner, options, dropped, logger))
    {
    }

    public BusinessTaskHub Hub => hub;

    public override string ConnectionName => inner.ConnectionName;
    public override bool SupportsEntities => inner.SupportsEntities;
    public override bool AllowsExternalActivityScheduling => inner.AllowsExternalActivityScheduling;
    public override bool SupportsPollFreeWait => inner.SupportsPollFreeWait;
    public override bool GuaranteesOrderedDelivery => inner.GuaranteesOrderedDelivery;
    public override bool SupportsImplicitEntityDeletion => inner.SupportsImplicitEntityDeletion;
    public override bool CheckStatusBeforeRaiseEvent => inner.CheckStatusBeforeRaiseEvent;
    public override JObject ConfigurationJson => inner.ConfigurationJson;
    public override string EventSourceName { get => inner.EventSourceName; set => inner.EventSourceName = value; }
    public override TimeSpan MaximumDelayTime { get => inner.MaximumDelayTime; set => inner.MaximumDelayTime = value; }
    public override TimeSpan LongRunningTimerIntervalLength { get => inner.LongRunningTimerIntervalLength; set => inner.LongRunningTimerIntervalLength = value; }

    public override void SetUseSeparateQueueForEntityWorkItems(bool newValue) => inner.SetUseSeparateQueueForEntityWorkItems(newValue);
    public override bool ValidateDelayTime(TimeSpan timespan, out string errorMessage) => inner.ValidateDelayTime(timespan, out errorMessage);
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
    public override Task MakeCurrentAppPrimaryAsync() => inner.MakeCurrentAppPrimaryAsync();
    public override Task RewindAsync(string instanceId, string reason) => hub.Rewind(instanceId, reason);

    // In business time the start goes through the hub, which looks at the instance once more.
    public override Task CreateTaskOrchestrationAsync(TaskMessage creationMessage, OrchestrationStatus[] dedupeStatuses, CancellationToken cancellationToken) =>
        hub.InRealTime
            ? inner.CreateTaskOrchestrationAsync(creationMessage, dedupeStatuses, cancellationToken)
            : base.CreateTaskOrchestrationAsync(creationMessage, dedupeStatuses, cancellationToken);

    public override Task<int> PurgeHistoryByFilters(DateTime createdTimeFrom, DateTime? createdTimeTo, IEnumerable<OrchestrationStatus> runtimeStatus) =>
        hub.Purge(inner.PurgeHistoryByFilters(createdTimeFrom, createdTimeTo, runtimeStatus));

    public override Task<PurgeHistoryResult> PurgeInstanceHistoryByInstanceId(string instanceId) =>
        hub.Purge(inner.PurgeInstanceHistoryByInstanceId(instanceId), instanceId);
}
