using System.Diagnostics;
using System.Globalization;
using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

/// <summary>Spans with the names and tags of Durable Task. They belong to the trace that started the instance.</summary>
internal static class DurableTelemetry
{
    private static readonly ActivitySource Source = new("DurableTask.Core");

    public static Activity? Start(string kind, string name, string instanceId, string executionId, string? traceParent, int? taskId = null)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        _ = ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent);
        var span = Source.StartActivity($"{kind}:{name}", ActivityKind.Server, parent);
        span?.SetTag("durabletask.type", kind);
        span?.SetTag("durabletask.task.name", name);
        span?.SetTag("durabletask.task.instance_id", instanceId);
        span?.SetTag("durabletask.task.execution_id", executionId);
        if (taskId is { } id)
        {
            span?.SetTag("durabletask.task.task_id", id);
        }

        return span;
    }

    /// <summary>The span of a timer that has fired, from its creation to now.</summary>
    public static void TimerFired(ExecutionStarted run, string instanceId, TimerFired timer, DateTime createdAt)
    {
        if (Source.HasListeners())
        {
            _ = ActivityContext.TryParse(run.TraceParent, null, isRemote: true, out var parent);
            using var span = Source.StartActivity($"orchestration:{run.Name}:timer", ActivityKind.Internal, parent, startTime: createdAt);
            span?.SetTag("durabletask.type", "timer");
            span?.SetTag("durabletask.task.instance_id", instanceId);
            span?.SetTag("durabletask.task.task_id", timer.TimerId);
            span?.SetTag("durabletask.fire_at", timer.FireAt.ToString("o", CultureInfo.InvariantCulture));
        }
    }

    public static void End(Activity? span, OrchestrationRuntimeStatus status)
    {
        span?.SetTag("durabletask.task.status", status.ToString());
        if (status == OrchestrationRuntimeStatus.Failed)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }
    }
}
