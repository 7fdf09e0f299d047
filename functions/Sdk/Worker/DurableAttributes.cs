using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes the function an orchestrator.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OrchestrationTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The orchestrator's name; the function's name when null.</summary>
    public string? Orchestration { get; set; }
}

/// <summary>Makes the function an activity; the parameter is its input.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ActivityTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>The activity's name; the function's name when null.</summary>
    public string? Activity { get; set; }
}

/// <summary>Binds a <c>DurableTaskClient</c> parameter.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DurableClientAttribute : InputBindingAttribute
{
    /// <summary>The task hub; host.json's when null.</summary>
    public string? TaskHub { get; set; }

    /// <summary>Name of the setting that holds the storage connection; host.json's when null.</summary>
    public string? ConnectionName { get; set; }
}
