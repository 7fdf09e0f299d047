using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask;

namespace LocalHost.Durable;

/// <summary>The code the engine runs, by name (case ignored).</summary>
public interface IDurableFunctions
{
    bool TryGetOrchestrator(TaskName name, [NotNullWhen(true)] out OrchestratorBody? body);

    bool TryGetActivity(TaskName name, [NotNullWhen(true)] out ActivityBody? body);
}

/// <summary>An orchestrator's code, called again on every replay. It must start on the caller's thread. The result is its output, or null.</summary>
public delegate Task<object?> OrchestratorBody(TaskOrchestrationContext context);

/// <summary>An activity's code. The token is cancelled when the host's grace period for shutdown is over.</summary>
public delegate Task<object?> ActivityBody(ActivityInvocation invocation, CancellationToken cancellation);
