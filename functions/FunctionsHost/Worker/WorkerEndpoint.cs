using System.Net;
using FunctionsHosting.ServiceBus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Worker;

/// <summary>The gRPC server that workers connect to: their stream, and the settlement of messages.</summary>
internal sealed class WorkerEndpoint(Action<ILoggingBuilder> logging) : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private WebApplication? _server;

    public ExpectedWorkers Workers { get; } = new();

    public PendingMessages Messages { get; } = new();

    public Uri Address => new(_server!.Urls.Single());

    public Task Start(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        logging(builder.Logging);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = StopLimit);
        builder.Services.AddRouting();
        builder.Services.AddGrpc(static grpc =>
        {
            grpc.MaxReceiveMessageSize = null;
            grpc.MaxSendMessageSize = null;
        });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSingleton(Workers);
        builder.Services.AddSingleton(Messages);
        _server = builder.Build();
        _server.MapGrpcService<FunctionRpcService>();
        _server.MapGrpcService<SettlementService>();
        return _server.StartAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.StopAsync();
            await server.DisposeAsync();
        }
    }
}
