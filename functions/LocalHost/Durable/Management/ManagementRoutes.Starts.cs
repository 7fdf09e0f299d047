using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Management;

/// <content>Starting, and starting again.</content>
internal sealed partial class ManagementRoutes
{
    private async Task<IResult> Start(HttpContext http)
    {
        var name = Part(http, "functionName");
        if (!isOrchestrator(name))
        {
            return Error(StatusCodes.Status400BadRequest, $"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function.");
        }

        var input = await Body(http);
        var options = new Microsoft.DurableTask.StartOrchestrationOptions(http.Request.RouteValues["instanceId"] as string ?? Guid.NewGuid().ToString("N"))
            .WithDedupeStatuses(OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);
        if (http.Request.Query["version"].ToString() is { Length: > 0 } version)
        {
            options = options with { Version = version };
        }

        try
        {
            var id = await client.ScheduleNewOrchestrationInstanceAsync(name, input, options, http.RequestAborted);
            return await Started(http, id);
        }
        catch (DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException exists)
        {
            return Error(StatusCodes.Status409Conflict, exists.Message);
        }
    }

    private async Task<IResult> Restart(HttpContext http)
    {
        var id = Part(http, "instanceId");
        var withNewId = Flag(http.Request.Query, "restartWithNewInstanceId", fallback: true);
        if (!withNewId && await client.GetInstanceAsync(id, http.RequestAborted) is { IsCompleted: false } found)
        {
            return Error(StatusCodes.Status409Conflict, $"The instance '{id}' is {found.RuntimeStatus}; only one that has ended can be restarted under its id.");
        }

        return await Started(http, await client.RestartAsync(id, withNewId, http.RequestAborted));
    }

    /// <summary>202 with where to look; with <c>timeout</c> and <c>pollingInterval</c>, 200 and the output of what ended in time.</summary>
    private async Task<IResult> Started(HttpContext http, string id)
    {
        if (double.TryParse(http.Request.Query["timeout"], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && http.Request.Query.ContainsKey("pollingInterval"))
        {
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
                patience.CancelAfter(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 230)));
                await client.WaitForInstanceCompletionAsync(id, patience.Token);
                var ended = (await engine.ReadAsync(id, withHistory: false, http.RequestAborted))!.Status;
                return ended.Status is OrchestrationRuntimeStatus.Completed
                    ? Results.Text(ended.Output ?? "null", "application/json")
                    : Results.Json(InstanceView.Of(ended, showInput: true));
            }
            catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
            {
                // Not in time: the caller looks for itself.
            }
        }

        var instance = $"{http.Request.Scheme}://{http.Request.Host}{Base}/instances/{Uri.EscapeDataString(id)}";
        var code = http.Request.Query["code"].ToString() is { Length: > 0 } key ? $"code={Uri.EscapeDataString(key)}" : "";
        string At(string action, string reason = "") =>
            $"{instance}{action}{(reason.Length + code.Length > 0 ? "?" : "")}{reason}{(reason.Length > 0 && code.Length > 0 ? "&" : "")}{code}";
        http.Response.Headers.Location = At("");
        http.Response.Headers.RetryAfter = "10";
        return Results.Json(
            new
            {
                id,
                statusQueryGetUri = At(""),
                sendEventPostUri = At("/raiseEvent/{eventName}"),
                terminatePostUri = At("/terminate", "reason={text}"),
                purgeHistoryDeleteUri = At(""),
                restartPostUri = At("/restart"),
                suspendPostUri = At("/suspend", "reason={text}"),
                resumePostUri = At("/resume", "reason={text}"),
                rewindPostUri = At("/rewind", "reason={text}"),
            },
            statusCode: StatusCodes.Status202Accepted);
    }
}
