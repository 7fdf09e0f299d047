using Microsoft.Azure.Functions.Worker.Middleware;

namespace Penalties;

/// <summary>
/// A request that our own storage kept from being stored is answered 503 with Retry-After: the sender comes again, and everything stored so
/// far is stored once more without harm.
/// </summary>
public sealed partial class StorageFaults(ILogger<StorageFaults> log) : IFunctionsWorkerMiddleware
{
    private const int RetryAfterSeconds = 15;

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception fault) when (IsStorage(fault, context)
            // Calls of a sender that has left are cancelled, which the task hub's client tells as it tells a hub that is away; nobody waits for an answer.
            && context.GetHttpContext() is { Response.HasStarted: false, RequestAborted.IsCancellationRequested: false } http)
        {
            LogStorageFault(log, context.FunctionDefinition.Name, fault.GetBaseException().GetType().Name);
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
            var body = new ProblemDetails
            {
                Status = StatusCodes.Status503ServiceUnavailable,
                Title = "storage unavailable",
                Detail = "Nothing was half-stored. Send the same request again.",
                Extensions = { ["code"] = "storage_unavailable" },
            };
            await http.Response.WriteAsJsonAsync(body, options: null, "application/problem+json", http.RequestAborted);
        }
    }

    /// <summary>A call that was cancelled although nobody cancelled the request ran into the storage client's own time-out.</summary>
    private static bool IsStorage(Exception fault, FunctionContext context) =>
        StorageFault.Is(fault) || (fault is OperationCanceledException && !context.CancellationToken.IsCancellationRequested);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function}: storage is not available ({Fault})")]
    private static partial void LogStorageFault(ILogger log, string function, string fault);
}
