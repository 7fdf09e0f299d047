using LocalHost.Clock;
using LocalHost.Durable.Ownership;
using LocalHost.Worker.Binding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace LocalHost.Worker;

/// <summary>Serves the app's HTTP functions.</summary>
internal sealed partial class HttpFunctions(
    FunctionInvoker invoker, FunctionKeys keys, WorkTracker work, ILogger<HttpFunctions> log, CancellationToken giveUp)
{
    public void Map(IEndpointRouteBuilder routes, FunctionEntry function)
    {
        var http = (HttpTrigger)function.Trigger;
        RequestDelegate serve = context => Serve(context, function, http);
        _ = http.Methods.Count == 0 ? routes.Map(http.Pattern, serve) : routes.MapMethods(http.Pattern, http.Methods, serve);
    }

    private async Task Serve(HttpContext context, FunctionEntry function, HttpTrigger http)
    {
        using var underWay = work.Begin("request");
        if (!keys.Allows(context.Request, http.Level))
        {
            await Results.Problem(title: "A function key is needed", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
            return;
        }

        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, giveUp);
        try
        {
            var result = await invoker.Invoke(function, context.RequestServices, invocation => Prepare(invocation, context), cancellation.Token);
            await Write(context, result);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            LogAborted(log, function.Name);
        }
        catch (BindingException e)
        {
            await Problem(context, StatusCodes.Status400BadRequest, e.Message, e.Parameter);
        }
        catch (BadHttpRequestException e)
        {
            await Problem(context, e.StatusCode, e.Message);
        }
        catch (Exception e) when (!context.Response.HasStarted && !StandbyGate.Answers(e))
        {
            LogFailed(log, function.Name, e);
            await Problem(context, StatusCodes.Status500InternalServerError, "The function failed.");
        }
    }

    private static void Prepare(InvocationContext invocation, HttpContext context)
    {
        invocation.Features.Set(context);
        foreach (var (name, values) in context.Request.Query)
        {
            invocation.BindingData[name] = values.ToString() is { Length: > 0 } text ? text : null;
        }

        foreach (var (name, value) in context.Request.RouteValues)
        {
            invocation.BindingData[name] = value;
        }
    }

    private static Task Write(HttpContext context, object? result) => result switch
    {
        null => Task.CompletedTask,
        IActionResult action => action.ExecuteResultAsync(new ActionContext(context, context.GetRouteData(), new ActionDescriptor())),
        IResult minimal => minimal.ExecuteAsync(context),
        string text => Results.Text(text).ExecuteAsync(context),
        _ => Results.Json(result).ExecuteAsync(context),
    };

    private static Task Problem(HttpContext context, int status, string detail, string? parameter = null) =>
        Results.Problem(
            detail: detail,
            statusCode: status,
            extensions: parameter is null ? null : new Dictionary<string, object?> { ["parameter"] = parameter })
        .ExecuteAsync(context);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} failed")]
    private static partial void LogFailed(ILogger log, string function, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The caller of {Function} went away")]
    private static partial void LogAborted(ILogger log, string function);
}
