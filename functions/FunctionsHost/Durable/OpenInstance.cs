using System.Runtime.CompilerServices;
using DurableTask.Core;
using DurableTask.Core.History;
using DurableTask.Core.Query;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace FunctionsHosting.Durable;

/// <summary>An instance of an earlier run of the host that has not ended, and what it waits for, read off its history.</summary>
/// <param name="Id">The instance.</param>
/// <param name="Execution">Its execution.</param>
/// <param name="HasRun">False while its start lies in the hub.</param>
/// <param name="Activities">Calls without an answer in the history.</param>
/// <param name="Timers">Timers that have not fired.</param>
internal sealed record OpenInstance(string Id, string Execution, bool HasRun, IReadOnlyList<int> Activities, IReadOnlyList<OpenTimer> Timers)
{
    private const int PageSize = 100;

    /// <summary>All of a hub, page by page; entities wait for nothing.</summary>
    public static async IAsyncEnumerable<OpenInstance> In(DurabilityProvider hub, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var query = new OrchestrationQuery
        {
            RuntimeStatus = [OrchestrationStatus.Running, OrchestrationStatus.Pending, OrchestrationStatus.Suspended],
            PageSize = PageSize,
        };
        do
        {
            var page = await ((IOrchestrationServiceQueryClient)hub).GetOrchestrationWithQueryAsync(query, cancellation);
            foreach (var state in page.OrchestrationState.Where(static s => !Turn.IsEntity(s.OrchestrationInstance.InstanceId)))
            {
                var instance = state.OrchestrationInstance;
                if (state.OrchestrationStatus != OrchestrationStatus.Pending)
                {
                    yield return Read(instance, await hub.GetOrchestrationHistoryAsync(instance.InstanceId, instance.ExecutionId));
                }
                else if (state.ScheduledStartTime is not { } start || start.ToUniversalTime() <= DateTime.UtcNow)
                {
                    yield return new(instance.InstanceId, instance.ExecutionId, HasRun: false, [], []);
                }
            }

            query.ContinuationToken = page.ContinuationToken;
        }
        while (query.ContinuationToken is not null);
    }

    private static OpenInstance Read(OrchestrationInstance instance, string history)
    {
        var activities = new List<int>();
        var timers = new Dictionary<int, OpenTimer>();
        var turnAt = DateTimeOffset.MinValue;
        foreach (var happened in JArray.Parse(history))
        {
            switch ((EventType)(int)happened[nameof(HistoryEvent.EventType)]!)
            {
                case EventType.OrchestratorStarted:
                    turnAt = Time(happened, nameof(HistoryEvent.Timestamp));
                    break;
                case EventType.TaskScheduled:
                    activities.Add((int)happened[nameof(HistoryEvent.EventId)]!);
                    break;
                case EventType.TaskCompleted or EventType.TaskFailed:
                    activities.Remove((int)happened[nameof(TaskCompletedEvent.TaskScheduledId)]!);
                    break;
                case EventType.TimerCreated:
                    var id = (int)happened[nameof(HistoryEvent.EventId)]!;
                    timers[id] = new(id, turnAt, Time(happened, nameof(TimerCreatedEvent.FireAt)));
                    break;
                case EventType.TimerFired:
                    timers.Remove((int)happened[nameof(TimerFiredEvent.TimerId)]!);
                    break;
            }
        }

        return new(instance.InstanceId, instance.ExecutionId, HasRun: true, activities, [.. timers.Values]);
    }

    private static DateTimeOffset Time(JToken happened, string member) => ((DateTime)happened[member]!).ToUniversalTime();
}

/// <summary>A timer that has not fired.</summary>
/// <param name="Id">Its number in the execution.</param>
/// <param name="TurnAt">Real time of the turn that set it.</param>
/// <param name="FireAt">When it was to fire, had its turn been in business time.</param>
internal sealed record OpenTimer(int Id, DateTimeOffset TurnAt, DateTimeOffset FireAt)
{
    public TaskMessage MessageTo(OpenInstance open) => new()
    {
        OrchestrationInstance = new() { InstanceId = open.Id, ExecutionId = open.Execution },
        Event = new TimerFiredEvent(-1) { TimerId = Id, FireAt = FireAt.UtcDateTime },
    };
}
