using FunctionsHosting.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Http;

/// <summary>The host's own web server. Its port is taken early and opened late, when everything behind it runs.</summary>
internal sealed class HttpFrontServer : IAsyncDisposable
{
    /// <param name="port">Taken already.</param>
    /// <param name="shutdownLimit">How long a stop waits for requests at work.</param>
    /// <param name="logging">Where the server's logs go.</param>
    public HttpFrontServer(ReservedPort port, TimeSpan shutdownLimit, Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging(builder.Logging);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(port.EndPoint);
        });
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = port.Bound);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = shutdownLimit);
        builder.Services.AddRouting();
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        Web = builder.Build();
        Web.UseRouting();
        Web.Use(OtherMethodsAreUnknown);
    }

    public WebApplication Web { get; }

    /// <summary>Takes no further request, and waits for those at work.</summary>
    public async ValueTask DisposeAsync()
    {
        await Web.StopAsync();
        await Web.DisposeAsync();
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
}
