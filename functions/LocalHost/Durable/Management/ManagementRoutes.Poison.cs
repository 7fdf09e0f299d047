using Microsoft.AspNetCore.Http;

namespace LocalHost.Durable.Management;

/// <content>What the official API has not: an engine that sets instances aside, and puts them back.</content>
internal sealed partial class ManagementRoutes
{
    /// <summary>202; 404 unknown; 410 ended; 409 not set aside, or its row still can not be read.</summary>
    private async Task<IResult> PutBack(HttpContext http)
    {
        var id = Part(http, "instanceId");
        if (await engine.ReadAsync(id, withHistory: false, http.RequestAborted) is not { } found)
        {
            return NotFound(http);
        }

        if (!found.Status.IsLive)
        {
            return Gone(id, found.Status.Status);
        }

        return await engine.PutBackAsync(id, http.RequestAborted)
            ? Results.StatusCode(StatusCodes.Status202Accepted)
            : Error(StatusCodes.Status409Conflict, $"The instance '{id}' is not set aside: it is {found.Status.Status}.");
    }
}
