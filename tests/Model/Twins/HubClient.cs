using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Turns;

namespace Model.Tests.Twins;

/// <summary>The client of a task hub that does not always answer.</summary>
internal sealed class HubClient(TurnEngine engine, string defaultVersion) : TurnClient(engine, defaultVersion)
{
    /// <summary>So many starts and knocks from now on are refused.</summary>
    public int Refuses { get; set; }

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        Refuse();
        return base.ScheduleNewOrchestrationInstanceAsync(orchestratorName, input, options, cancellation);
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        Refuse();
        return base.RaiseEventAsync(instanceId, eventName, eventPayload, cancellation);
    }

    private void Refuse()
    {
        if (Refuses > 0)
        {
            Refuses--;
            throw new RpcException(new(StatusCode.Unavailable, "The task hub is away."));
        }
    }
}
