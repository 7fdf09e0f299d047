using LocalHost.Clock;
using LocalHost.Durable.Replay;

namespace LocalHost.Durable.Engine;

/// <summary>What all instances of an engine share.</summary>
internal sealed record EngineParts(
    TaskHub Hub, OrchestrationTurn Turn, Alarms Alarms, StatusSignals Signals, ActivityRunner Activities, TimeProvider Clock, WorkTracker Work)
{
    /// <summary>What this engine has under way, for its stop; <see cref="Work"/> may be shared.</summary>
    public WorkTracker OwnWork { get; } = new();

    public required TurnRetries Retries { get; init; }

    public required DurableMetrics Metrics { get; init; }

    public required SemaphoreSlim TurnSlots { get; init; }

    /// <summary>False: this engine stores and runs nothing.</summary>
    public required bool RunsInstances { get; init; }

    public DateTime UtcNow => Clock.GetUtcNow().UtcDateTime;

    public IDisposable Begin(string kind) => new Both(Work.Begin(kind), OwnWork.Begin(kind));

    private sealed class Both(IDisposable first, IDisposable second) : IDisposable
    {
        public void Dispose()
        {
            second.Dispose();
            first.Dispose();
        }
    }
}
