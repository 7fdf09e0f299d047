using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FunctionsHosting.Http;

/// <summary>A web server of the host's own, of nothing but what it needs: it reads no settings and heeds no signals.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    public WebServer(Action<ILoggingBuilder> logging, TimeSpan stopLimit, Action<KestrelServerOptions> listen, Action<IServiceCollection> services)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.AddServerHeader = false).ConfigureKestrel(listen);
        builder.Services.AddRouting().AddSingleton<IHostLifetime, NoSignals>().Configure<HostOptions>(host => host.ShutdownTimeout = stopLimit);
        services(builder.Services);
        Web = builder.Build();
    }

    public WebApplication Web { get; }

    /// <summary>Takes no further request, and waits for those at work.</summary>
    public async ValueTask DisposeAsync()
    {
        await Web.StopAsync();
        await Web.DisposeAsync();
    }
}
