using Microsoft.AspNetCore.Http.Extensions;

namespace FunctionsHosting.Http;

/// <summary>Serves the durable extension's own HTTP management API, behind its system key.</summary>
internal sealed class ManagementRoutes(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> manage) : HttpMessageHandler
{
    public const string KeySetting = "FunctionsHost:DurableTaskKey";
    public const string UsualKey = "local-durabletask-key";
    public const string Base = "/runtime/webhooks/durabletask";

    public void Map(HttpFront front, string key)
    {
        var extension = new HttpMessageInvoker(this);
        var keys = new FunctionKeys(key, KeySetting, "The system key of the durable task extension");

        // The addresses in its answers are those by which it was asked.
        front.Map($"{Base}/{{**rest}}", [], keys, async context => await HttpFront.Forward(
            context, new(UriHelper.BuildAbsolute(context.Request.Scheme, context.Request.Host)), extension, CancellationToken.None));
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        manage(request, cancellationToken);
}
