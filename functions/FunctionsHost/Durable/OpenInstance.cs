using System.Runtime.CompilerServices;
using DurableTask.Core.History;
using DurableTask.Core.Query;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Newtonsoft.Json.Linq;

namespace FunctionsHosting.Durable;

/// <summary>An instance of an earlier run of the host that has not ended, and what it waits for, read off its history.</summary>
/// <param name="HasRun">False while its start lies in the hub.</param>
/// <param name="Activities">Calls without an answer in the history.</param>
/// <param name="Timers">Timers that have not fired.</param>
internal sealed record OpenInstance(string Id, string Execution, bool HasRun, IReadOnlyList<int> Activities, IReadOnlyList<OpenTimer> Timers)
{
    /// <summary>All of a hub, page by page; entities wait for nothing.</summary>
    public static async IAsyncEnumerable<OpenInstance> In(DurabilityProvider hub, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var query = new OrchestrationQuery
        {
            RuntimeStatus = [OrchestrationStatus.Running, OrchestrationStatus.Pending, OrchestrationStatus.Suspended],
            PageSize = 100,
        };
        do
        {
            var page = await ((IOrchestrationServiceQueryClient)hub).GetOrchestrationWithQueryAsync(query, cancellation);
            foreach (var state in page.OrchestrationState.Where(static s => !Turn.IsEntity(s.OrchestrationInstance.InstanceId)))
            {
                var (id, execution) = (state.OrchestrationInstance.InstanceId, state.OrchestrationInstance.ExecutionId);
                if (state.OrchestrationStatus != OrchestrationStatus.Pending)
                {
                    yield return Read(id, execution, await hub.GetOrchestrationHistoryAsync(id, execution));
                }
                else if (state.ScheduledStartTime is not { } start || start.ToUniversalTime() <= DateTime.UtcNow)
                {
                    yield return new(id, execution, HasRun: false, [], []);
                }
            }

            query.ContinuationToken = page.ContinuationToken;
        }
        while (query.ContinuationToken is not null);
    }

    private static OpenInstance Read(string id, string execution, string history)
    {
        var activities = new List<int>();
        var timers = new Dictionary<int, OpenTimer>();
        var turnAt = DateTimeOffset.MinValue;
        foreach (var happened in JArray.Parse(history))
        {
            int Number(string member) => (int)happened[member]!;
            DateTimeOffset Time(string member) => ((DateTime)happened[member]!).ToUniversalTime();
            switch ((EventType)Number(nameof(HistoryEvent.EventType)))
            {
                case EventType.OrchestratorStarted:
                    turnAt = Time(nameof(HistoryEvent.Timestamp));
                    break;
                case EventType.TaskScheduled:
                    activities.Add(Number(nameof(HistoryEvent.EventId)));
                    break;
                case EventType.TaskCompleted or EventType.TaskFailed:
                    activities.Remove(Number(nameof(TaskCompletedEvent.TaskScheduledId)));
                    break;
                case EventType.TimerCreated:
                    timers[Number(nameof(HistoryEvent.EventId))] = new(Number(nameof(HistoryEvent.EventId)), turnAt, Time(nameof(TimerCreatedEvent.FireAt)));
                    break;
                case EventType.TimerFired:
                    timers.Remove(Number(nameof(TimerFiredEvent.TimerId)));
                    break;
            }
        }

        return new(id, execution, HasRun: true, activities, [.. timers.Values]);
    }
}

/// <summary>A timer that has not fired.</summary>
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
