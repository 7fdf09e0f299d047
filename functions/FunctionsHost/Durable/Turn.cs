using DurableTask.Core;

namespace FunctionsHosting.Durable;

/// <summary>One turn of an orchestration or an entity that is about to be stored.</summary>
internal sealed class Turn(TaskOrchestrationWorkItem item, OrchestrationRuntimeState state, OrchestrationState? status)
{
    public string Instance { get; } = item.InstanceId;

    /// <summary>The execution after the turn; null where nothing ran.</summary>
    public string? Execution { get; } = status is null ? null : state.OrchestrationInstance?.ExecutionId;

    /// <summary>Whether the execution goes on.</summary>
    public bool Lives { get; } = status?.OrchestrationStatus
        is OrchestrationStatus.Running or OrchestrationStatus.Pending or OrchestrationStatus.Suspended or OrchestrationStatus.ContinuedAsNew;

    /// <summary>The messages it took.</summary>
    public IReadOnlyList<TaskMessage> Took { get; } = [.. item.NewMessages];

    public bool IsOfEntity { get; } = IsEntity(item.InstanceId);

    /// <summary>The execution is not the one that began the turn.</summary>
    public bool Continued { get; set; }

    public static bool IsEntity(TaskMessage message) => IsEntity(message.OrchestrationInstance.InstanceId);

    public static bool IsEntity(string instance) => instance.StartsWith('@');
}
