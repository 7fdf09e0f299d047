using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask;

namespace LocalHost.Durable;

/// <summary>Runs what a <see cref="DurableTaskRegistry"/> holds.</summary>
public sealed class RegistryFunctions(DurableTaskRegistry registry) : IDurableFunctions
{
    public bool TryGetOrchestrator(TaskName name, [NotNullWhen(true)] out OrchestratorBody? body)
    {
        body = registry.Orchestrators.TryGetValue(name, out var run) ? new OrchestratorBody(run) : null;
        return body is not null;
    }

    public bool TryGetActivity(TaskName name, [NotNullWhen(true)] out ActivityBody? body)
    {
        body = registry.Activities.TryGetValue(name, out var run)
            ? (invocation, _) => run(new CallContext(invocation), invocation.GetInput)
            : null;
        return body is not null;
    }

    private sealed class CallContext(ActivityInvocation invocation) : TaskActivityContext
    {
        public override TaskName Name => invocation.Name;

        public override string InstanceId => invocation.InstanceId;
    }
}
