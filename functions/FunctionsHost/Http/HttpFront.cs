using System.Net;
using FunctionsHosting.Clock;
using FunctionsHosting.Configuration;
using FunctionsHosting.Worker;
using FunctionsHosting.Worker.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace FunctionsHosting.Http;

/// <summary>
/// Serves HTTP functions: the request goes to the worker's own web server, and at the same time the invocation goes over the worker's stream.
/// </summary>
/// <param name="invoker">Has the function run.</param>
/// <param name="worker">The worker of this moment.</param>
/// <param name="forwarder">Passes requests on.</param>
/// <param name="keys">The function key.</param>
/// <param name="work">Counts requests under way.</param>
/// <param name="giveUp">Cancelled when a stopping host no longer waits for requests.</param>
internal sealed partial class HttpFront(
    FunctionInvoker invoker, Func<WorkerChannel> worker, IHttpForwarder forwarder, FunctionKeys keys, WorkTracker work, ILogger<HttpFront> log,
    CancellationToken giveUp) : IDisposable
{
    private const int RetryAfterSeconds = 5;

    /// <summary>How long the worker's web server may take to answer for a function that has failed already.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    private static readonly ForwarderRequestConfig Config = new() { ActivityTimeout = Timeout.InfiniteTimeSpan };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
    });

    public void Map(IEndpointRouteBuilder routes, FunctionEntry function)
    {
        var http = (HttpTrigger)function.Trigger;
        RequestDelegate serve = context => Serve(context, function.Name, http);
        _ = http.Methods.Count == 0 ? routes.Map(http.Pattern, serve) : routes.MapMethods(http.Pattern, http.Methods, serve);
    }

    public void Dispose() => _client.Dispose();

    private async Task Serve(HttpContext context, string function, HttpTrigger http)
    {
        using var underWay = work.Begin("request");
        if (http.NeedsKey && !keys.Allows(context.Request))
        {
            await Results.Problem(title: "A function key is needed", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
            return;
        }

        try
        {
            await Forward(context, function, worker().HttpUri ?? throw new WorkerGoneException());
        }
        catch (WorkerGoneException)
        {
            await WorkerIsAway(context);
        }
    }

    private async Task Forward(HttpContext context, string function, Uri target)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, giveUp);
        using var forwarding = CancellationTokenSource.CreateLinkedTokenSource(cancellation.Token);
        var id = Guid.NewGuid().ToString();
        var invocation = invoker.Invoke(function, new() { Http = new() }, BindingData(context), id, cancellation.Token);
        _ = EndAfterFailure(invocation, forwarding);
        var transformer = new InvocationTransformer(id, invocation);
        var error = await forwarder.SendAsync(context, target.ToString(), _client, Config, transformer, forwarding.Token);

        await ((Task)invocation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var fault = invocation.Exception?.InnerException;
        if (context.RequestAborted.IsCancellationRequested)
        {
            LogAborted(log, function);
        }
        else if (fault is WorkerGoneException)
        {
            await WorkerIsAway(context);
        }
        else if (fault is not null)
        {
            LogFailed(log, function, fault);
            await Failed(context, transformer.HasFailed || error is not ForwarderError.None);
        }
        else if (error is not ForwarderError.None)
        {
            LogNotForwarded(log, function, error, context.GetForwarderErrorFeature()?.Exception);
            await Failed(context, mayAnswer: true);
        }
    }

    /// <summary>An invocation that fails before the function runs leaves the worker's web server waiting for it.</summary>
    private static async Task EndAfterFailure(Task invocation, CancellationTokenSource forwarding)
    {
        await invocation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!invocation.IsCompletedSuccessfully)
        {
            try
            {
                forwarding.CancelAfter(AfterFailure);
            }
            catch (ObjectDisposedException)
            {
                // The request has been answered meanwhile.
            }
        }
    }

    /// <summary>
    /// Parameters like <c>string id</c> are bound from these: query values and, above them, route values. The worker's own routing feeds only
    /// HttpRequest.RouteValues.
    /// </summary>
    private static Dictionary<string, TypedData> BindingData(HttpContext context)
    {
        var data = new Dictionary<string, TypedData>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in context.Request.Query)
        {
            data[name] = new() { String = values.ToString() };
        }

        foreach (var (name, value) in context.Request.RouteValues)
        {
            if (value is not null)
            {
                data[name] = new() { String = value.ToString() };
            }
        }

        return data;
    }

    private static Task WorkerIsAway(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        return Results.Problem(title: "The function app is starting again", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
    }

    private static Task Failed(HttpContext context, bool mayAnswer)
    {
        if (!mayAnswer || context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        context.Response.Clear();
        return Results.Problem(detail: "The function failed.", statusCode: StatusCodes.Status500InternalServerError).ExecuteAsync(context);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} failed")]
    private static partial void LogFailed(ILogger log, string function, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request to {Function} could not be passed to the worker: {Error}")]
    private static partial void LogNotForwarded(ILogger log, string function, ForwarderError error, Exception? exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The caller of {Function} went away")]
    private static partial void LogAborted(ILogger log, string function);
}
