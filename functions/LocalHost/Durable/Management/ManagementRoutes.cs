using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using LocalHost.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Management;

/// <summary>
/// The HTTP management API of Durable Functions under <c>/runtime/webhooks/durabletask</c>: routes, codes and fields as there. The system key is
/// required, as query <c>code</c> or header <c>x-functions-key</c>.
/// </summary>
internal sealed class ManagementRoutes(DurableEngine engine, DurableTaskClient client, Func<string, bool> isOrchestrator, FunctionKeys keys)
{
    public const string KeySetting = "LocalHost:DurableTaskKey";
    public const string UsualKey = "local-durabletask-key";
    public const string Base = "/runtime/webhooks/durabletask";

    private const string ContinuationHeader = "x-ms-continuation-token";
    private const int RetryAfterSeconds = 5;
    private const int UsualPage = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        Add("POST", "/orchestrators/{functionName}/{instanceId?}", Start);
        Add("GET", "/instances", List);
        Add("DELETE", "/instances", PurgeMany);
        Add("GET", "/instances/{instanceId}", Show);
        Add("DELETE", "/instances/{instanceId}", Purge);
        Add("POST", "/instances/{instanceId}/raiseEvent/{eventName}", Raise);
        Add("POST", "/instances/{instanceId}/terminate", http => Order(http, id => client.TerminateInstanceAsync(id, Reason(http))));
        Add("POST", "/instances/{instanceId}/suspend", http => Order(http, id => client.SuspendInstanceAsync(id, Reason(http))));
        Add("POST", "/instances/{instanceId}/resume", http => Order(http, id => client.ResumeInstanceAsync(id, Reason(http))));
        Add("POST", "/instances/{instanceId}/rewind", Rewind);
        Add("POST", "/instances/{instanceId}/restart", Restart);

        void Add(string method, string pattern, Func<HttpContext, Task<IResult>> serve) => routes.MapMethods(Base + pattern, [method], async http =>
        {
            var result = keys.Allows(http.Request, AuthorizationLevel.System)
                ? await Guarded(http, serve)
                : Error(StatusCodes.Status401Unauthorized, "The system key of the durable task extension is required: query 'code' or header 'x-functions-key'.");
            await result.ExecuteAsync(http);
        });
    }

    private static async Task<IResult> Guarded(HttpContext http, Func<HttpContext, Task<IResult>> serve)
    {
        try
        {
            return await serve(http);
        }
        catch (ArgumentException wrong)
        {
            return Error(StatusCodes.Status400BadRequest, wrong.Message);
        }
        catch (JsonException)
        {
            return Error(StatusCodes.Status400BadRequest, "The body is not JSON.");
        }
    }

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

    private async Task<IResult> Show(HttpContext http)
    {
        var query = http.Request.Query;
        var withHistory = Flag(query, "showHistory", fallback: false);
        if (await engine.ReadAsync(Part(http, "instanceId"), withHistory, http.RequestAborted) is not { } found)
        {
            return NotFound(http);
        }

        var (status, showInput) = (found.Status.Status, Flag(query, "showInput", fallback: true));
        var view = InstanceView.Of(
            found.Status, showInput, withHistory ? InstanceView.HistoryOf(found.Events, showInput, Flag(query, "showHistoryOutput", fallback: false)) : null);
        if (status is OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Suspended)
        {
            http.Response.Headers.Location = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}{http.Request.QueryString}";
            http.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
            return Results.Json(view, statusCode: StatusCodes.Status202Accepted);
        }

        var isError = status is OrchestrationRuntimeStatus.Failed && Flag(query, "returnInternalServerErrorOnFailure", fallback: false);
        return Results.Json(view, statusCode: isError ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK);
    }

    private async Task<IResult> List(HttpContext http)
    {
        var query = http.Request.Query;
        var top = int.TryParse(query["top"], NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0 ? most : UsualPage;
        var filter = new OrchestrationQuery(
            Time(query, "createdTimeFrom"), Time(query, "createdTimeTo"), Statuses(query), InstanceIdPrefix: query["instanceIdPrefix"].ToString() is { Length: > 0 } prefix ? prefix : null,
            PageSize: top, ContinuationToken: http.Request.Headers[ContinuationHeader].ToString() is { Length: > 0 } token ? token : null);
        await foreach (var page in client.GetAllInstancesAsync(filter).AsPages())
        {
            http.Response.Headers[ContinuationHeader] = page.ContinuationToken ?? "";
            var shown = new List<object>();
            foreach (var one in page.Values)
            {
                if (await engine.ReadAsync(one.InstanceId, withHistory: false, http.RequestAborted) is { } found)
                {
                    shown.Add(InstanceView.Of(found.Status, Flag(query, "showInput", fallback: true)));
                }
            }

            return Results.Json(shown);
        }

        return Results.Json(Array.Empty<object>());
    }

    private async Task<IResult> Purge(HttpContext http)
    {
        var id = Part(http, "instanceId");
        if (await client.GetInstanceAsync(id, http.RequestAborted) is not { } found)
        {
            return NotFound(http);
        }

        if (!found.IsCompleted)
        {
            return Error(StatusCodes.Status412PreconditionFailed, $"The instance '{id}' is {found.RuntimeStatus}; only one that has ended can be purged.");
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

        OrchestrationRuntimeStatus[] ended =
            [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];
        var statuses = Statuses(query) is { } asked ? asked.Intersect(ended) : ended;
        var purged = await client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(from, Time(query, "createdTimeTo"), [.. statuses]), cancellation: http.RequestAborted);
        return purged.PurgedInstanceCount == 0 ? NotFound(http) : Results.Json(new { instancesDeleted = purged.PurgedInstanceCount });
    }

    private async Task<IResult> Raise(HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
        {
            return Error(StatusCodes.Status400BadRequest, "Only application/json is taken as an event's payload.");
        }

        var payload = await Body(http);
        return await Order(http, id => client.RaiseEventAsync(id, Part(http, "eventName"), payload, http.RequestAborted));
    }

    private async Task<IResult> Order(HttpContext http, Func<string, Task> give)
    {
        var id = Part(http, "instanceId");
        if (await client.GetInstanceAsync(id, http.RequestAborted) is not { } found)
        {
            return NotFound(http);
        }

        if (found.IsCompleted)
        {
            return Gone(id, found.RuntimeStatus);
        }

        try
        {
            await give(id);
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }
        catch (RpcException) when (!http.RequestAborted.IsCancellationRequested)
        {
            // It ended between the look and the order.
            return Gone(id, (await client.GetInstanceAsync(id, http.RequestAborted))?.RuntimeStatus);
        }
    }

    private async Task<IResult> Rewind(HttpContext http)
    {
        var id = Part(http, "instanceId");
        if (await client.GetInstanceAsync(id, http.RequestAborted) is not { } found)
        {
            return NotFound(http);
        }

        if (found.RuntimeStatus is not OrchestrationRuntimeStatus.Failed)
        {
            return Error(StatusCodes.Status412PreconditionFailed, $"The instance '{id}' is {found.RuntimeStatus}; only one that failed can be rewound.");
        }

        try
        {
            await client.RewindInstanceAsync(id, Reason(http) ?? "", http.RequestAborted);
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }
        catch (NotSupportedException missing)
        {
            return Error(StatusCodes.Status501NotImplemented, missing.Message);
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

    private static async Task<JsonElement?> Body(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        return string.IsNullOrWhiteSpace(text) ? null : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Names that are no status are left out, as the official API does.</summary>
    private static IReadOnlyList<OrchestrationRuntimeStatus>? Statuses(IQueryCollection query)
    {
        var named = query["runtimeStatus"].SelectMany(static text => (text ?? "").Split(',', StringSplitOptions.TrimEntries))
            .Select(static text => Enum.TryParse<OrchestrationRuntimeStatus>(text, ignoreCase: true, out var status) ? status : (OrchestrationRuntimeStatus?)null)
            .OfType<OrchestrationRuntimeStatus>().ToList();
        return named.Count > 0 ? named : null;
    }

    private static DateTimeOffset? Time(IQueryCollection query, string name) =>
        DateTimeOffset.TryParse(query[name], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static bool Flag(IQueryCollection query, string name, bool fallback) => bool.TryParse(query[name], out var flag) ? flag : fallback;

    private static string? Reason(HttpContext http) => http.Request.Query["reason"].ToString() is { Length: > 0 } reason ? reason : null;

    private static string Part(HttpContext http, string name) => (string)http.Request.RouteValues[name]!;

    private static IResult NotFound(HttpContext http) =>
        Error(StatusCodes.Status404NotFound, $"No instance '{http.Request.RouteValues["instanceId"] ?? "of this kind"}' was found.");

    private static IResult Gone(string id, OrchestrationRuntimeStatus? status) =>
        Error(StatusCodes.Status410Gone, $"The instance '{id}' has ended: it is {status}.");

    private static IResult Error(int status, string message) => Results.Json(new { Message = message }, new JsonSerializerOptions(), statusCode: status);
}
