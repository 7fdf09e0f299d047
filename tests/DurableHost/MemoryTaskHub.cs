using System.Collections.Concurrent;
using DurableTask.Core;
using DurableTask.Core.Query;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.DurableTask.Testing.Sidecar;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace FunctionsHosting.Testing;

/// <summary>
/// A task hub in memory, on Microsoft's in-memory service: fast, and gone with its host. It has no entities and no rewind.
/// </summary>
public sealed class MemoryTaskHub : DurabilityProvider
{
    private readonly CopyingService _service;

    private MemoryTaskHub(CopyingService service)
        : base("memory", service, service, "memory") => _service = service;

    /// <summary>An event for an instance that has ended or never was is refused, as on the Azure Storage service; else it would become a phantom.</summary>
    public override bool CheckStatusBeforeRaiseEvent => true;

    public static DurabilityProvider Create(IServiceProvider services) => new MemoryTaskHub(new CopyingService(services.GetService<ILoggerFactory>()));

    public override void SetUseSeparateQueueForEntityWorkItems(bool newValue)
    {
        // There are no entities.
    }

    public override async Task<IList<OrchestrationState>> GetOrchestrationStateWithInputsAsync(string instanceId, bool showInput = true)
    {
        var states = await GetOrchestrationStateAsync(instanceId, allExecutions: false);
        foreach (var state in states.Where(_ => !showInput))
        {
            state.Input = null;
        }

        return states;
    }

    public override async Task<IList<OrchestrationState>> GetAllOrchestrationStates(CancellationToken cancellationToken) =>
        [.. (await _service.Query(new() { PageSize = int.MaxValue }, cancellationToken)).OrchestrationState];

    public override async Task<OrchestrationStatusQueryResult> GetOrchestrationStateWithPagination(
        OrchestrationStatusQueryCondition condition, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery
        {
            RuntimeStatus = condition.RuntimeStatus?.Select(static s => (OrchestrationStatus)s).ToList(),
            CreatedTimeFrom = condition.CreatedTimeFrom == default ? null : condition.CreatedTimeFrom,
            CreatedTimeTo = condition.CreatedTimeTo == default ? null : condition.CreatedTimeTo,
            InstanceIdPrefix = condition.InstanceIdPrefix,
            PageSize = condition.PageSize,
            ContinuationToken = condition.ContinuationToken,
        };
        var page = await _service.Query(query, cancellationToken);
        return new()
        {
            DurableOrchestrationState = [.. page.OrchestrationState.Select(state => StatusOf(state, condition.ShowInput))],
            ContinuationToken = page.ContinuationToken,
        };
    }

    public override async Task<PurgeHistoryResult> PurgeInstanceHistoryByInstanceId(string instanceId) =>
        new((await _service.PurgeInstanceStateAsync(instanceId)).DeletedInstanceCount);

    public override async Task<int> PurgeHistoryByFilters(
        DateTime createdTimeFrom, DateTime? createdTimeTo, IEnumerable<OrchestrationStatus> runtimeStatus) =>
        (await _service.PurgeInstanceStateAsync(new PurgeInstanceFilter(createdTimeFrom, createdTimeTo, runtimeStatus))).DeletedInstanceCount;

    private static DurableOrchestrationStatus StatusOf(OrchestrationState state, bool withInput) => new()
    {
        Name = state.Name,
        Version = state.Version,
        InstanceId = state.OrchestrationInstance.InstanceId,
        ParentInstanceId = state.ParentInstance?.OrchestrationInstance.InstanceId,
        CreatedTime = state.CreatedTime,
        LastUpdatedTime = state.LastUpdatedTime,
        RuntimeStatus = (OrchestrationRuntimeStatus)state.OrchestrationStatus,
        CustomStatus = Json(state.Status),
        Input = withInput ? Json(state.Input) : JValue.CreateNull(),
        Output = Json(state.Output),
    };

    private static JToken Json(string? text)
    {
        if (text is null)
        {
            return JValue.CreateNull();
        }

        try
        {
            return JToken.Parse(text);
        }
        catch (JsonException)
        {
            return text; // an error's text is no JSON
        }
    }

    /// <summary>
    /// The in-memory service hands out what it works with, and the extension's client writes into it: here everybody gets a copy. It keeps histories.
    /// </summary>
    private sealed class CopyingService(ILoggerFactory? logging)
        : InMemoryOrchestrationService(logging), IOrchestrationService, IOrchestrationServiceClient, IOrchestrationServiceQueryClient
    {
        private const int Concurrency = 20;

        private readonly ConcurrentDictionary<string, OrchestrationRuntimeState> _histories = new(StringComparer.OrdinalIgnoreCase);

        int IOrchestrationService.MaxConcurrentTaskOrchestrationWorkItems => Concurrency;

        int IOrchestrationService.MaxConcurrentTaskActivityWorkItems => Concurrency;

        public async Task<OrchestrationQueryResult> Query(OrchestrationQuery query, CancellationToken cancellation)
        {
            var page = await GetOrchestrationWithQueryAsync(query, cancellation);
            return new([.. page.OrchestrationState.Select(Copy)], page.ContinuationToken);
        }

        Task IOrchestrationService.CompleteTaskOrchestrationWorkItemAsync(
            TaskOrchestrationWorkItem workItem,
            OrchestrationRuntimeState newOrchestrationRuntimeState,
            IList<TaskMessage> outboundMessages,
            IList<TaskMessage> orchestratorMessages,
            IList<TaskMessage> timerMessages,
            TaskMessage continuedAsNewMessage,
            OrchestrationState orchestrationState)
        {
            _histories[workItem.InstanceId] = newOrchestrationRuntimeState;
            return CompleteTaskOrchestrationWorkItemAsync(
                workItem, newOrchestrationRuntimeState, outboundMessages, orchestratorMessages, timerMessages, continuedAsNewMessage, orchestrationState);
        }

        Task<string> IOrchestrationServiceClient.GetOrchestrationHistoryAsync(string instanceId, string executionId) =>
            Task.FromResult(_histories.TryGetValue(instanceId, out var state) ? JsonConvert.SerializeObject(state.Events) : "[]");

        async Task<IList<OrchestrationState>> IOrchestrationServiceClient.GetOrchestrationStateAsync(string instanceId, bool allExecutions) =>
            await GetOrchestrationStateAsync(instanceId, executionId: null) is { } state ? [Copy(state)] : [];

        async Task<OrchestrationState> IOrchestrationServiceClient.GetOrchestrationStateAsync(string instanceId, string executionId) =>
            await GetOrchestrationStateAsync(instanceId, executionId) is { } state ? Copy(state) : null!;

        async Task<OrchestrationState> IOrchestrationServiceClient.WaitForOrchestrationAsync(
            string instanceId, string executionId, TimeSpan timeout, CancellationToken cancellationToken) =>
            Copy(await WaitForOrchestrationAsync(instanceId, executionId, timeout, cancellationToken));

        Task<OrchestrationQueryResult> IOrchestrationServiceQueryClient.GetOrchestrationWithQueryAsync(
            OrchestrationQuery query, CancellationToken cancellationToken) => Query(query, cancellationToken);

        private static OrchestrationState Copy(OrchestrationState state) => new()
        {
            OrchestrationInstance = new() { InstanceId = state.OrchestrationInstance.InstanceId, ExecutionId = state.OrchestrationInstance.ExecutionId },
            ParentInstance = state.ParentInstance,
            Name = state.Name,
            Version = state.Version,
            Status = state.Status,
            OrchestrationStatus = state.OrchestrationStatus,
            CreatedTime = state.CreatedTime,
            CompletedTime = state.CompletedTime,
            LastUpdatedTime = state.LastUpdatedTime,
            Size = state.Size,
            CompressedSize = state.CompressedSize,
            Input = state.Input,
            Output = state.Output,
            ScheduledStartTime = state.ScheduledStartTime,
            Tags = state.Tags,
            FailureDetails = state.FailureDetails,
            Generation = state.Generation,
        };
    }
}
