using System.Collections.Concurrent;
using FunctionsHosting.Worker.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using RpcException = Grpc.Core.RpcException;

namespace FunctionsHosting.Worker;

/// <summary>The workers that may connect, by id.</summary>
internal sealed class ExpectedWorkers
{
    private readonly ConcurrentDictionary<string, WorkerChannel> _channels = new();

    public void Add(WorkerChannel channel) => _channels[channel.Id] = channel;

    public void Remove(WorkerChannel channel) => _channels.TryRemove(channel.Id, out _);

    public WorkerChannel? Find(string id) => _channels.GetValueOrDefault(id);
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
        if (id is null || workers.Find(id) is not { } channel)
        {
            LogStranger(log, id);
            throw new RpcException(new Status(StatusCode.PermissionDenied, "This host expects no worker of that id."));
        }

        await channel.Serve(requestStream, responseStream, context.CancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A worker that this host did not start wanted to connect: {WorkerId}")]
    private static partial void LogStranger(ILogger log, string? workerId);
}
