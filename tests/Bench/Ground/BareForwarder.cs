using System.Net;
using FunctionsHosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bench.Ground;

/// <summary>The forwarder of the host's front, in front of a handler that answers 200 at once: no worker, no invocation.</summary>
internal sealed class BareForwarder : IAsyncDisposable
{
    private readonly WebServer _handler = Server();
    private readonly WebServer _front = Server();
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    public Uri Address => new(_front.Web.Urls.Single());

    public static async Task<BareForwarder> Start(CancellationToken cancellation)
    {
        var bare = new BareForwarder();
        bare._handler.Web.Run(static _ => Task.CompletedTask);
        await bare._handler.Web.StartAsync(cancellation);
        var handler = new Uri(bare._handler.Web.Urls.Single());
        bare._front.Web.Run(async context => await HttpFront.Forward(context, handler, bare._client, context.RequestAborted));
        await bare._front.Web.StartAsync(cancellation);
        return bare;
    }

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        await _handler.DisposeAsync();
        _client.Dispose();
    }

    private static WebServer Server() => new(
        static _ => { }, TimeSpan.FromSeconds(5), static kestrel => kestrel.Listen(IPAddress.Loopback, 0), static services => services.AddHttpForwarder());
}
