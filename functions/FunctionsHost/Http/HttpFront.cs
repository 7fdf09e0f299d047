using FunctionsHosting.Clock;
using FunctionsHosting.Configuration;
using FunctionsHosting.Storage;
using FunctionsHosting.Worker;
using FunctionsHosting.Worker.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace FunctionsHosting.Http;

/// <summary>
/// Serves HTTP functions: the request goes to the worker's own web server, and at the same time the invocation goes over the worker's stream.
/// </summary>
/// <param name="port">Taken early, and opened late, when everything behind it runs.</param>
/// <param name="logging">Where the server's logs go.</param>
/// <param name="stopLimit">How long a stop waits for requests at work.</param>
/// <param name="invoker">Has the functions run.</param>
/// <param name="keys">The function key.</param>
/// <param name="work">Counts requests under way.</param>
/// <param name="log">Told of failed functions.</param>
/// <param name="giveUp">Cancelled when a stopping host no longer waits for requests.</param>
internal sealed partial class HttpFront(
    ReservedPort port, Action<ILoggingBuilder> logging, TimeSpan stopLimit, FunctionInvoker invoker, FunctionKeys keys, WorkTracker work,
    ILogger<HttpFront> log, CancellationToken giveUp) : IAsyncDisposable
{
    private const int RetryAfterSeconds = 5;

    public static readonly ForwarderRequestConfig Unhurried = new() { ActivityTimeout = Timeout.InfiniteTimeSpan };

    /// <summary>How long the worker's web server may take to answer for a function that has failed already.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    });

    private readonly WebServer _server = new(
        logging,
        stopLimit,
        kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(port.EndPoint);
        },
        services => services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = port.Bound).AddHttpForwarder());

    public WebApplication Web => _server.Web;

    public Task Start(IEnumerable<FunctionEntry> functions, CancellationToken cancellation)
    {
        Web.UseRouting();
        Web.Use(OtherMethodsAreUnknown);
        foreach (var function in functions)
        {
            if (function.Trigger is HttpTrigger http)
            {
                RequestDelegate serve = context => Serve(context, function.Name, http);
                _ = http.Methods.Count == 0 ? Web.Map(http.Pattern, serve) : Web.MapMethods(http.Pattern, http.Methods, serve);
            }
        }

        return Web.StartAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    /// <summary>A route that is called by another method than its own answers 404, as the official host does.</summary>
    private static Task OtherMethodsAreUnknown(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not (null or RouteEndpoint))
        {
            // The endpoint that routing puts in for a wrong method says 405, and is no route's.
            context.SetEndpoint(null);
        }

        return next(context);
    }

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
            await Forward(context, function);
        }
        catch (WorkerGoneException) when (context.Response.HasStarted)
        {
            context.Abort();
        }
        catch (WorkerGoneException)
        {
            context.Response.Clear();
            context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
            await Results.Problem(title: "The function app is starting again", statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
        }
    }

    private async Task Forward(HttpContext context, string function)
    {
        var target = $"{invoker.WebServer}";
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, giveUp);
        using var forwarding = CancellationTokenSource.CreateLinkedTokenSource(cancellation.Token);
        var id = Guid.NewGuid().ToString();
        var invocation = invoker.Invoke(function, new() { Http = new() }, BindingData(context.Request), id, cancellation.Token);
        var transformer = new Transformer(id, invocation);
        var answer = context.RequestServices.GetRequiredService<IHttpForwarder>()
            .SendAsync(context, target, _client, Unhurried, transformer, forwarding.Token).AsTask();
        if (await Task.WhenAny(answer, invocation) == invocation && !invocation.IsCompletedSuccessfully)
        {
            // An invocation that fails before the function runs leaves the worker's web server waiting for it.
            forwarding.CancelAfter(AfterFailure);
        }

        var error = await answer;
        await ((Task)invocation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (context.RequestAborted.IsCancellationRequested)
        {
            LogAborted(log, function);
            return;
        }

        switch (invocation.Exception?.InnerException)
        {
            case WorkerGoneException gone:
                throw gone;
            case { } fault:
                LogFailed(log, function, fault);
                break;
            case null when error is not ForwarderError.None:
                LogNotForwarded(log, function, error, context.GetForwarderErrorFeature()?.Exception);
                break;
        }

        if ((transformer.HasFailed || error is not ForwarderError.None) && !context.Response.HasStarted)
        {
            context.Response.Clear();
            await Results.Problem(detail: "The function failed.", statusCode: StatusCodes.Status500InternalServerError).ExecuteAsync(context);
        }
    }

    /// <summary>
    /// Parameters like <c>string id</c> are bound from these: query values and, above them, route values. The worker's own routing feeds only
    /// HttpRequest.RouteValues.
    /// </summary>
    private static Dictionary<string, TypedData> BindingData(HttpRequest request)
    {
        var data = request.Query.ToDictionary(static q => q.Key, static q => new TypedData { String = q.Value.ToString() }, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in request.RouteValues.Where(static route => route.Value is not null))
        {
            data[name] = new() { String = value!.ToString() };
        }

        return data;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} failed")]
    private static partial void LogFailed(ILogger log, string function, Exception exception);
    [LoggerMessage(Level = LogLevel.Error, Message = "A request to {Function} could not be passed to the worker: {Error}")]
    private static partial void LogNotForwarded(ILogger log, string function, ForwarderError error, Exception? exception);
    [LoggerMessage(Level = LogLevel.Debug, Message = "The caller of {Function} went away")]
    private static partial void LogAborted(ILogger log, string function);

    /// <summary>What a request gets on its way to the worker's own web server, and its answer on the way back.</summary>
    /// <param name="id">By which the worker finds the other half of the request: the invocation that came over its stream.</param>
    /// <param name="invocation">That other half.</param>
    private sealed class Transformer(string id, Task invocation) : HttpTransformer
    {
        /// <summary>The function failed before it wrote an answer; nothing of the worker's answer was sent on.</summary>
        public bool HasFailed { get; private set; }

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.TryAddWithoutValidation("x-ms-invocation-id", id);
            proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Host", httpContext.Request.Host.Value);
            proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", httpContext.Request.Scheme);
        }

        /// <summary>A function that throws leaves an empty 200 from the worker's web server: only the stream says that it failed.</summary>
        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse?.Content.Headers.ContentLength is 0)
            {
                await invocation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                HasFailed = !invocation.IsCompletedSuccessfully;
            }

            var isCopied = !HasFailed && await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
            httpContext.Response.Headers.Remove("Server");
            return isCopied;
        }
    }
}
