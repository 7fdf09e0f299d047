using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Management;

/// <content>Deleting what has ended, or is set aside.</content>
internal sealed partial class ManagementRoutes
{
    private static readonly IReadOnlyList<OrchestrationRuntimeStatus> Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    private async Task<IResult> Purge(HttpContext http)
    {
        var id = Part(http, "instanceId");
        if (await client.GetInstanceAsync(id, http.RequestAborted) is not { } found)
        {
            return NotFound(http);
        }

        if (!found.IsCompleted && (await engine.ReadAsync(id, withHistory: false, http.RequestAborted))?.Status.Poison is null)
        {
            return Error(
                StatusCodes.Status412PreconditionFailed, $"The instance '{id}' is {found.RuntimeStatus}; only one that has ended, or is set aside, can be purged.");
        }

        var purged = await client.PurgeInstanceAsync(id, cancellation: http.RequestAborted);
        return Results.Json(new { instancesDeleted = purged.PurgedInstanceCount });
    }

    private async Task<IResult> PurgeMany(HttpContext http)
    {
        var query = http.Request.Query;
        if (Time(query, "createdTimeFrom") is not { } from)
        {
            return Error(StatusCodes.Status400BadRequest, "createdTimeFrom is required: a time such as 2026-09-18T00:00:00Z.");
        }

        // What is deleted is gone: a filter that is mistyped is refused here, not ignored.
        var to = Time(query, "createdTimeTo");
        if (to is null && !string.IsNullOrEmpty(query["createdTimeTo"]))
        {
            return Error(StatusCodes.Status400BadRequest, $"createdTimeTo is '{query["createdTimeTo"]}'; a time is required, such as 2026-09-18T00:00:00Z.");
        }

        var statuses = (string.IsNullOrEmpty(query["runtimeStatus"]) ? Ended : Statuses(query) ?? []).Intersect(Ended).ToList();
        if (statuses.Count == 0)
        {
            return Error(StatusCodes.Status400BadRequest, $"runtimeStatus is '{query["runtimeStatus"]}'; only what has ended is purged: {string.Join(", ", Ended)}.");
        }

        var purged = await client.PurgeAllInstancesAsync(new PurgeInstancesFilter(from, to, statuses), cancellation: http.RequestAborted);
        return purged.PurgedInstanceCount == 0 ? NotFound(http) : Results.Json(new { instancesDeleted = purged.PurgedInstanceCount });
    }
}
