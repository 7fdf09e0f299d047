using System.Diagnostics;
using System.Globalization;
using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

/// <summary>Spans with the names and tags of Durable Task. They belong to the trace that started the instance.</summary>
internal static class DurableTelemetry
{
    private static readonly ActivitySource Source = new("DurableTask.Core");

    /// <summary>A client starts an instance: the parent of all that the instance does.</summary>
    public static Activity? Create(string instanceId, ExecutionStarted start) => Source.HasListeners()
        ? Tagged(
            Source.StartActivity($"create_orchestration:{start.Name}", ActivityKind.Producer), "orchestration", start.Name, instanceId, start)
        : null;

    /// <summary>A client raises an event.</summary>
    public static Activity? Raise(string instanceId, string eventName)
    {
        var span = Source.HasListeners() ? Source.StartActivity($"orchestration_event:{eventName}", ActivityKind.Producer) : null;
        span?.SetTag("durabletask.type", "event");
        span?.SetTag("durabletask.task.name", eventName);
        span?.SetTag("durabletask.event.target_instance_id", instanceId);
        return span;
    }

    /// <summary>One turn of an instance.</summary>
    public static Activity? Turn(string instanceId, ExecutionStarted run) => Source.HasListeners()
        ? Tagged(
            Source.StartActivity($"orchestration:{run.Name}", ActivityKind.Server, Parent(run)), "orchestration", run.Name, instanceId, run)
        : null;

    /// <summary>One call of an activity.</summary>
    public static Activity? Call(string instanceId, ExecutionStarted run, TaskScheduled call) => Source.HasListeners()
        ? Tagged(Source.StartActivity($"activity:{call.Name}", ActivityKind.Server, Parent(run)), "activity", call.Name, instanceId, run)
            ?.SetTag("durabletask.task.task_id", call.EventId)
        : null;

    /// <summary>The span of a timer that has fired, from its creation to now.</summary>
    public static void TimerFired(ExecutionStarted run, string instanceId, TimerFired timer, DateTime createdAt)
    {
        if (Source.HasListeners())
        {
            using var span = Tagged(
                Source.StartActivity($"orchestration:{run.Name}:timer", ActivityKind.Internal, Parent(run), startTime: createdAt),
                "timer", run.Name, instanceId, run);
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

    private static ActivityContext Parent(ExecutionStarted run) =>
        ActivityContext.TryParse(run.TraceParent, null, isRemote: true, out var parent) ? parent : default;

    private static Activity? Tagged(Activity? span, string type, string name, string instanceId, ExecutionStarted run)
    {
        span?.SetTag("durabletask.type", type);
        span?.SetTag("durabletask.task.name", name);
        span?.SetTag("durabletask.task.instance_id", instanceId);
        span?.SetTag("durabletask.task.execution_id", run.ExecutionId);
        if (run.Version is { Length: > 0 } version)
        {
            span?.SetTag("durabletask.task.version", version);
        }

        return span;
    }
}
