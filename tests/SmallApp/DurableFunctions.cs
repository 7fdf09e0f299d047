using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace SmallApp;

/// <summary>An orchestration that fans out, waits for a person, retries, and has a child.</summary>
public static class DurableFunctions
{
    public const string Approved = nameof(Approved);

    [Function(nameof(StartTrip))]
    public static async Task<IActionResult> StartTrip(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "trips/{id}")] HttpRequest request, string id, [DurableClient] DurableTaskClient client)
    {
        await client.ScheduleNewOrchestrationInstanceAsync(nameof(Trip), id, new StartOrchestrationOptions(id));
        return new AcceptedResult(request.Path.Value, id);
    }

    [Function(nameof(Trip))]
    public static async Task<string> Trip([OrchestrationTrigger] TaskOrchestrationContext context, string id)
    {
        var legs = await Task.WhenAll(((string[])["out", "back"]).Select(leg => context.CallActivityAsync<string>(nameof(Book), leg)));
        var child = await context.CallSubOrchestratorAsync<string>(nameof(Insure), id);
        var approved = await context.WaitForExternalEvent<bool>(Approved);
        await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        return $"{string.Join('+', legs)} {child} {approved}";
    }

    [Function(nameof(Insure))]
    public static Task<string> Insure([OrchestrationTrigger] TaskOrchestrationContext context, string id) => context.CallActivityAsync<string>(
        nameof(Sign), id, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMinutes(1))));

    [Function(nameof(Book))]
    public static string Book([ActivityTrigger] string leg) => $"booked {leg}";

    /// <summary>Works at the third attempt.</summary>
    [Function(nameof(Sign))]
    public static string Sign([ActivityTrigger] string id, FunctionContext context)
    {
        var seen = (Seen)context.InstanceServices.GetService(typeof(Seen))!;
        seen.Add($"sign {id}");
        return seen.Lines.Count(line => line == $"sign {id}") < 3 ? throw new InvalidOperationException("No pen.") : $"signed {id}";
    }
}
