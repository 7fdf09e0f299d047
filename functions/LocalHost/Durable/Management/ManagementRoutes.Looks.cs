using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Management;

/// <content>Looking at instances.</content>
internal sealed partial class ManagementRoutes
{
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
            found.Status, showInput, withHistory ? InstanceView.HistoryOf(found.Events, showInput, Flag(query, "showHistoryOutput", fallback: false)) : null,
            found.Unreadable);
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
        await foreach (var page in engine.List(filter, poisonedOnly: Flag(query, "poisoned", fallback: false)).AsPages())
        {
            http.Response.Headers[ContinuationHeader] = page.ContinuationToken ?? "";
            var shown = new List<object>();
            foreach (var one in page.Values)
            {
                if (await engine.ReadAsync(one.InstanceId, withHistory: false, http.RequestAborted) is { } found)
                {
                    shown.Add(InstanceView.Of(found.Status, Flag(query, "showInput", fallback: true), unreadable: found.Unreadable));
                }
            }

            return Results.Json(shown);
        }

        return Results.Json(Array.Empty<object>());
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
}
