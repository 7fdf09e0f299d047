using System.Diagnostics;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace LocalHost.Worker;

/// <summary>Runs functions inside the app's middleware.</summary>
internal sealed partial class FunctionInvoker
{
    private static readonly ActivitySource Source = new("Microsoft.Azure.Functions.Worker");

    private readonly FunctionExecutionDelegate _run;
    private readonly TimeSpan? _timeout;
    private readonly ILogger _log;

    /// <param name="pipeline">Puts the app's middleware around a function.</param>
    /// <param name="timeout">After so long the invocation's token is cancelled (host.json functionTimeout).</param>
    /// <param name="loggers">Where invocations are logged.</param>
    public FunctionInvoker(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> pipeline, TimeSpan? timeout, ILoggerFactory loggers)
    {
        _run = pipeline(static async context =>
        {
            var invocation = (InvocationContext)context;
            invocation.Result = await invocation.Function.Call(invocation);
        });
        _timeout = timeout;
        _log = loggers.CreateLogger("LocalHost.Worker.Invocation");
    }

    /// <summary>Runs an HTTP, timer, queue or activity function in a scope of services that the caller owns.</summary>
    public async Task<object?> Invoke(
        FunctionEntry function, IServiceProvider services, Action<InvocationContext> prepare, CancellationToken cancellation)
    {
        using var activity = Source.StartActivity($"function {function.Name}");
        activity?.SetTag("faas.name", function.Name).SetTag("faas.trigger", function.Trigger.Type);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (_timeout is { } timeout)
        {
            limit.CancelAfter(timeout);
        }

        var began = Stopwatch.GetTimestamp();
        var invocation = new InvocationContext(function, services, limit.Token);
        activity?.SetTag("faas.invocation_id", invocation.InvocationId);
        prepare(invocation);
        LogExecuting(_log, function.Name, invocation.InvocationId);
        try
        {
            await _run(invocation);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            if (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                LogTimedOut(_log, function.Name, invocation.InvocationId, _timeout!.Value);
            }

            throw;
        }

        LogExecuted(_log, function.Name, invocation.InvocationId, (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        return invocation.Result;
    }

    /// <summary>
    /// Runs one turn of an orchestrator. Nothing here may wait for anything but the orchestrator itself, and there is no time limit: a turn that
    /// waits for its next event stays as it is until it is thrown away.
    /// </summary>
    public async Task<object?> Orchestrate(FunctionEntry function, IServiceProvider services, Action<InvocationContext> prepare)
    {
        var invocation = new InvocationContext(function, services, CancellationToken.None);
        prepare(invocation);
        await _run(invocation);
        return invocation.Result;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Executing {Function} ({InvocationId})")]
    private static partial void LogExecuting(ILogger log, string function, string invocationId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Executed {Function} ({InvocationId}) in {Milliseconds} ms")]
    private static partial void LogExecuted(ILogger log, string function, string invocationId, long milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} ({InvocationId}) was cancelled: it took longer than functionTimeout, {Timeout}")]
    private static partial void LogTimedOut(ILogger log, string function, string invocationId, TimeSpan timeout);
}
