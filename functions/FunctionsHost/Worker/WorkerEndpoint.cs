using System.Collections.Concurrent;
using System.Net;
using FunctionsHosting.Http;
using FunctionsHosting.ServiceBus;
using FunctionsHosting.Worker.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RpcException = Grpc.Core.RpcException;

namespace FunctionsHosting.Worker;

/// <summary>The workers that may connect, by id.</summary>
internal sealed class ExpectedWorkers : ConcurrentDictionary<string, WorkerChannel>;

/// <summary>The gRPC server that workers connect to: their stream, and the settlement of messages.</summary>
internal sealed class WorkerEndpoint(Action<ILoggingBuilder> logging) : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private WebServer? _server;

    public ExpectedWorkers Workers { get; } = new();

    public PendingMessages Messages { get; } = new();

    public Uri Address => new(_server!.Web.Urls.Single());

    public Task Start(CancellationToken cancellation)
    {
        _server = new(logging, StopLimit, Listen, services => services.AddSingleton(Workers).AddSingleton(Messages)
            .AddGrpc(static grpc => grpc.MaxReceiveMessageSize = null));
        _server.Web.MapGrpcService<FunctionRpcService>();
        _server.Web.MapGrpcService<SettlementService>();
        return _server.Web.StartAsync(cancellation);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static void Listen(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
    }
}

/// <summary>Takes the stream that a worker opens.</summary>
internal sealed partial class FunctionRpcService(ExpectedWorkers workers, ILogger<FunctionRpcService> log) : FunctionRpc.FunctionRpcBase
{
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken))
        {
            return;
        }

        var id = requestStream.Current.StartStream?.WorkerId;
        if (id is null || !workers.TryGetValue(id, out var channel))
        {
            LogStranger(log, id);
            throw new RpcException(new Status(StatusCode.PermissionDenied, "This host expects no worker of that id."));
        }

        await channel.Serve(requestStream, responseStream, context.CancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A worker that this host did not start wanted to connect: {WorkerId}")]
    private static partial void LogStranger(ILogger log, string? workerId);
}
