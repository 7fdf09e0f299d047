using FunctionsHosting.Clock;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace FunctionsHosting.Http;

/// <summary>
/// Serves the durable extension's own HTTP management API, behind its system key: query <c>code</c> or header <c>x-functions-key</c>.
/// </summary>
internal sealed class ManagementRoutes(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> manage, FunctionKeys keys, WorkTracker work)
{
    public const string KeySetting = "FunctionsHost:DurableTaskKey";
    public const string UsualKey = "local-durabletask-key";
    public const string Base = "/runtime/webhooks/durabletask";

    public void Map(IEndpointRouteBuilder routes) => routes.Map($"{Base}/{{**rest}}", Serve);

    private async Task Serve(HttpContext context)
    {
        using var underWay = work.Begin("request");
        if (!keys.Allows(context.Request))
        {
            await Results.Problem(
                title: "The system key of the durable task extension is needed",
                detail: "Give it as query 'code' or header 'x-functions-key'.",
                statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
            return;
        }

        using var request = Message(context.Request);
        using var response = await manage(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        Copy(response.Headers, context.Response.Headers);
        if (response.Content is { } content)
        {
            Copy(content.Headers, context.Response.Headers);
            await content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    private static HttpRequestMessage Message(HttpRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), request.GetEncodedUrl());
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true)
        {
            message.Content = new StreamContent(request.Body);
        }

        foreach (var (name, values) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return message;
    }

    private static void Copy(IEnumerable<KeyValuePair<string, IEnumerable<string>>> from, IHeaderDictionary to)
    {
        foreach (var (name, values) in from)
        {
            to[name] = values.ToArray();
        }
    }
}
