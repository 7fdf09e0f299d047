using FunctionsHosting.Clock;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace FunctionsHosting.Http;

/// <summary>
/// Serves the durable extension's own HTTP management API, behind its system key: query <c>code</c> or header <c>x-functions-key</c>.
/// </summary>
internal sealed class ManagementRoutes(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> manage, FunctionKeys keys, WorkTracker work)
{
    public const string KeySetting = "FunctionsHost:DurableTaskKey";
    public const string UsualKey = "local-durabletask-key";
    public const string Base = "/runtime/webhooks/durabletask";

    private readonly HttpMessageInvoker _extension = new(new Extension(manage));

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

        // The addresses in its answers are those by which it was asked.
        var own = UriHelper.BuildAbsolute(context.Request.Scheme, context.Request.Host);
        await context.RequestServices.GetRequiredService<IHttpForwarder>().SendAsync(context, own, _extension, HttpFront.Unhurried);
    }

    private sealed class Extension(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> manage) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            manage(request, cancellationToken);
    }
}
