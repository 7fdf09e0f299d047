using Grpc.Net.Client;
using Microsoft.Azure.ServiceBus.Grpc;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The connection to the host's settlement service: the endpoint that the worker itself was given. Opened by the first settlement.</summary>
internal sealed class SettlementChannel : IDisposable
{
    public const string HostEndpoint = "Functions:Worker:HostEndpoint";

    private readonly GrpcChannel _channel;

    /// <exception cref="InvalidOperationException">The worker was not started by a host.</exception>
    public SettlementChannel(IConfiguration settings)
    {
        _channel = GrpcChannel.ForAddress(settings[HostEndpoint]
            ?? throw new InvalidOperationException($"{HostEndpoint} is missing: this worker was not started by a Functions host."));
        Client = new(_channel);
    }

    public Settlement.SettlementClient Client { get; }

    public void Dispose() => _channel.Dispose();
}
