using System.Text.Json;
using LocalHost.Durable.Engine;
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
internal sealed partial class ManagementRoutes(DurableEngine engine, DurableTaskClient client, Func<string, bool> isOrchestrator, FunctionKeys keys)
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
        Add("POST", "/instances/{instanceId}/putBack", PutBack);

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
        catch (InvalidDataException unreadable)
        {
            return Error(StatusCodes.Status409Conflict, unreadable.Message);
        }
        catch (JsonException)
        {
            return Error(StatusCodes.Status400BadRequest, "The body is not JSON.");
        }
        catch (Exception outage) when (TurnRetries.IsOutage(outage) && outage is not BadHttpRequestException && !http.RequestAborted.IsCancellationRequested)
        {
            http.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
            return Error(StatusCodes.Status503ServiceUnavailable, $"The task hub's store does not answer: {outage.Message.Split('\n')[0].Trim()}");
        }
    }

    private static async Task<JsonElement?> Body(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        return string.IsNullOrWhiteSpace(text) ? null : JsonDocument.Parse(text).RootElement;
    }

    private static bool Flag(IQueryCollection query, string name, bool fallback) => bool.TryParse(query[name], out var flag) ? flag : fallback;

    private static string? Reason(HttpContext http) => http.Request.Query["reason"].ToString() is { Length: > 0 } reason ? reason : null;

    private static string Part(HttpContext http, string name) => (string)http.Request.RouteValues[name]!;

    private static IResult NotFound(HttpContext http) =>
        Error(StatusCodes.Status404NotFound, $"No instance '{http.Request.RouteValues["instanceId"] ?? "of this kind"}' was found.");

    private static IResult Error(int status, string message) => Results.Json(new { Message = message }, new JsonSerializerOptions(), statusCode: status);
}
