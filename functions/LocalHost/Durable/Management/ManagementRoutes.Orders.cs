using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Management;

/// <content>Orders to an instance.</content>
internal sealed partial class ManagementRoutes
{
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
        catch (InvalidOperationException refused) when (engine.IsRunning)
        {
            return Error(StatusCodes.Status412PreconditionFailed, refused.Message);
        }
    }

    private static IResult Gone(string id, OrchestrationRuntimeStatus? status) =>
        Error(StatusCodes.Status410Gone, $"The instance '{id}' has ended: it is {status}.");
}
