using FunctionsHosting.Worker.Rpc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace FunctionsHosting.Http;

/// <summary>
/// Serves HTTP functions: the request goes to the worker's own web server, and at the same time the invocation goes over the worker's stream.
/// </summary>
/// <param name="port">Taken early, and opened late, when everything behind it runs.</param>
/// <param name="giveUp">Cancelled when a stopping host no longer waits for requests.</param>
internal sealed partial class HttpFront(
    ReservedPort port, Action<ILoggingBuilder> logging, TimeSpan stopLimit, FunctionInvoker invoker, FunctionKeys keys, WorkTracker work,
    ILogger<HttpFront> log, CancellationToken giveUp) : IAsyncDisposable
{
    /// <summary>How long the worker's web server may take to answer for a function that has failed already.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    private static readonly ForwarderRequestConfig WithoutLimit = new() { ActivityTimeout = Timeout.InfiniteTimeSpan };

    private readonly HttpMessageInvoker _client = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    private readonly WebServer _server = new(logging, stopLimit, kestrel => kestrel.Listen(port.EndPoint), services => services
        .AddHttpForwarder()
        .Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = port.Bound));

    public WebApplication Web => _server.Web;

    public static Task<ForwarderError> Forward(HttpContext context, Uri target, HttpMessageInvoker client, CancellationToken cancellation) =>
        context.RequestServices.GetRequiredService<IHttpForwarder>()
            .SendAsync(context, $"{target}", client, WithoutLimit, HttpTransformer.Default, cancellation).AsTask();

    /// <summary>Serves a route, for all methods where none is named; counts its requests, and asks for a key where one is needed.</summary>
    public void Map(string pattern, IReadOnlyList<string> methods, FunctionKeys? needed, RequestDelegate serve) =>
        Web.MapMethods(pattern, methods, async context =>
        {
            using var underWay = work.Begin("request");
            await (needed?.Allows(context.Request) is false ? needed.Refuse(context) : serve(context));
        });

    public Task Start(IEnumerable<FunctionEntry> functions, CancellationToken cancellation)
    {
        // The endpoint that routing puts in for a wrong method says 405, and is no route's; the official host answers 404.
        Web.UseRouting().Use(static (context, next) =>
        {
            context.SetEndpoint(context.GetEndpoint() as RouteEndpoint);
            return next(context);
        });
        foreach (var function in functions)
        {
            if (function.Trigger is HttpTrigger http)
            {
                Map(http.Pattern, http.Methods, http.NeedsKey ? keys : null, context => Serve(context, function.Name));
            }
        }

        return Web.StartAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task Serve(HttpContext context, string function)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, giveUp);
        try
        {
            await (invoker.WebServer is { } webServer
                ? Forward(context, function, webServer, cancellation.Token)
                : HttpOverStream.Serve(context, invoker, function, BindingData(context.Request), cancellation.Token));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            LogAborted(function);
        }
        catch (Exception fault)
        {
            await Answer(context, function, fault);
        }
    }

    /// <summary>Instead of the function; nothing where it had begun to answer.</summary>
    private Task Answer(HttpContext context, string function, Exception fault)
    {
        var bad = BadRequest(fault);
        var isAway = fault is WorkerGoneException or FunctionFailedException { HasNotBegun: true };
        if (bad is null && !isAway)
        {
            LogFailed(function, fault);
        }

        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        context.Response.Clear();
        context.Response.Headers.RetryAfter = isAway ? "5" : StringValues.Empty;
        var problem = bad is not null ? Results.Problem(detail: bad.Message, statusCode: bad.StatusCode)
            : isAway ? Results.Problem(title: "The function app is starting again", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Problem(detail: "The function failed.", statusCode: StatusCodes.Status500InternalServerError);
        return problem.ExecuteAsync(context);
    }

    private async Task Forward(HttpContext context, string function, Uri webServer, CancellationToken cancellation)
    {
        using var forwarding = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var id = Guid.NewGuid().ToString();
        var invocation = invoker.Invoke(function, new() { Http = new() }, BindingData(context.Request), id, cancellation: cancellation);

        // By its id the worker finds the other half of the request: the invocation that comes over its stream.
        context.Request.Headers["x-ms-invocation-id"] = id;
        context.Request.Headers["X-Forwarded-Host"] = context.Request.Host.Value;
        context.Request.Headers["X-Forwarded-Proto"] = context.Request.Scheme;
        context.Response.OnStarting(() => Task.FromResult(context.Response.Headers.Remove("Server")));
        var forwarded = Forward(context, webServer, _client, forwarding.Token);
        if (await Task.WhenAny(forwarded, invocation) == invocation && !invocation.IsCompletedSuccessfully)
        {
            // An invocation that fails before the function runs leaves the worker's web server waiting for it.
            forwarding.CancelAfter(AfterFailure);
        }

        // A function that throws leaves an empty 200 from the worker's web server: only the stream says that it failed. A request that broke off on
        // its way fails both, and how it broke says more.
        var error = await forwarded;
        var broken = context.GetForwarderErrorFeature()?.Exception;
        if (BadRequest(broken) is { } bad)
        {
            await ((Task)invocation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw bad;
        }

        await invocation;
        if (error is not ForwarderError.None)
        {
            throw new HttpRequestException($"The request could not be passed to the worker ({error}).", broken);
        }
    }

    /// <summary>The caller's fault behind another: a body that is too large, or breaks off.</summary>
    private static BadHttpRequestException? BadRequest(Exception? fault) => fault switch
    {
        BadHttpRequestException bad => bad,
        AggregateException several => several.InnerExceptions.Select(BadRequest).FirstOrDefault(static bad => bad is not null),
        _ => fault is null ? null : BadRequest(fault.InnerException),
    };

    /// <summary>What parameters like <c>string id</c> are bound from; the worker's own routing feeds only HttpRequest.RouteValues.</summary>
    private static Dictionary<string, TypedData> BindingData(HttpRequest request)
    {
        var data = request.Query.Where(static q => q.Key != FunctionKeys.Query)
            .ToDictionary(static q => q.Key, static q => new TypedData { String = q.Value.ToString() }, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in request.RouteValues.Where(static route => route.Value is not null))
        {
            data[name] = new() { String = value!.ToString() };
        }

        // Whole, for code that looks a name up itself (FunctionContext.BindingContext.BindingData).
        data["Query"] = new() { Json = JsonSerializer.Serialize(request.Query.ToDictionary(static q => q.Key, static q => q.Value.ToString())) };
        data["Headers"] = new() { Json = JsonSerializer.Serialize(request.Headers.ToDictionary(static h => h.Key, static h => h.Value.ToString())) };
        return data;
    }

    [LoggerMessage(LogLevel.Error, "{Function} failed")] private partial void LogFailed(string function, Exception exception);
    [LoggerMessage(LogLevel.Debug, "The caller of {Function} went away")] private partial void LogAborted(string function);
}
