using System.Net;
using FunctionsHosting.Http;
using FunctionsHosting.ServiceBus;
using FunctionsHosting.Worker.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FunctionsHosting.Worker;

/// <summary>The gRPC server that the worker connects to: its stream, and the settlement of messages.</summary>
internal sealed partial class WorkerEndpoint(Action<ILoggingBuilder> logging) : FunctionRpc.FunctionRpcBase, IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private WebServer? _server;

    /// <summary>The one worker that may connect.</summary>
    public AppWorker? Expected { get; set; }

    public PendingMessages Messages { get; } = new();

    public Uri Address => new(_server!.Web.Urls.Single());

    public Task Start(CancellationToken cancellation)
    {
        _server = new(logging, StopLimit, Listen, services => services.AddSingleton(this).AddSingleton(Messages)
            .AddGrpc(static grpc => grpc.MaxReceiveMessageSize = null));
        _server.Web.MapGrpcService<WorkerEndpoint>();
        _server.Web.MapGrpcService<SettlementService>();
        return _server.Web.StartAsync(cancellation);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Takes the stream that a worker opens.</summary>
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken))
        {
            return;
        }

        var id = requestStream.Current.StartStream?.WorkerId;
        if (Expected is not { } worker || worker.Id != id)
        {
            LogStranger(_server!.Web.Logger, id);
            throw new Grpc.Core.RpcException(new Status(StatusCode.PermissionDenied, "This host expects no worker of that id."));
        }

        await worker.Serve(requestStream, responseStream, context.CancellationToken);
    }

    private static void Listen(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
    }

    [LoggerMessage(LogLevel.Warning, "A worker that this host did not start wanted to connect: {WorkerId}")]
    private static partial void LogStranger(ILogger log, string? workerId);
}
