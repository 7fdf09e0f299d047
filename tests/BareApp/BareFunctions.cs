using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BareApp;

/// <summary>The ways the product's requests and orchestrations take through host and engine, with nothing on them.</summary>
public static class BareFunctions
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    [Function(nameof(Answer))]
    public static IActionResult Answer([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answer")] HttpRequest request) => new OkResult();

    [Function(nameof(Start))]
    public static async Task<IActionResult> Start(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "starts/{id}")] HttpRequest request, string id, [DurableClient] DurableTaskClient durable)
    {
        var steps = await request.ReadFromJsonAsync<Steps>();
        await durable.ScheduleNewOrchestrationInstanceAsync(nameof(Walk), steps, new StartOrchestrationOptions(id));
        return new AcceptedResult();
    }

    /// <summary>The activities in equal parts, one after another, and a timer between two parts.</summary>
    [Function(nameof(Walk))]
    public static async Task Walk([OrchestrationTrigger] TaskOrchestrationContext context, Steps steps)
    {
        for (var part = 0; part <= steps.Timers; part++)
        {
            if (part > 0)
            {
                await context.CreateTimer(Pause, CancellationToken.None);
            }

            for (var done = steps.Before(part); done < steps.Before(part + 1); done++)
            {
                await context.CallActivityAsync(nameof(DoNothing));
            }
        }
    }

    [Function(nameof(DoNothing))]
    public static void DoNothing([ActivityTrigger] string? input) { }
}

/// <summary>What an orchestration is made of; nothing at all where both are 0.</summary>
public sealed record Steps(int Activities, int Timers)
{
    public int Before(int part) => Activities * part / (Timers + 1);
}
