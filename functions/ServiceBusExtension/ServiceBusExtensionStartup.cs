using Grpc.Net.Client;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.ServiceBus.Grpc;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

[assembly: WorkerExtensionStartup(typeof(Microsoft.Azure.Functions.Worker.ServiceBusExtensionStartup))]

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Registers the settlement client; the Worker SDK finds it by the assembly's attribute, so that an app's Program needs no line for it.</summary>
public sealed class ServiceBusExtensionStartup : WorkerExtensionStartup
{
    private const string HostEndpoint = "Functions:Worker:HostEndpoint";

    public override void Configure(IFunctionsWorkerApplicationBuilder applicationBuilder)
    {
        ArgumentNullException.ThrowIfNull(applicationBuilder);
        applicationBuilder.Services.AddSingleton(static services => new Settlement.SettlementClient(GrpcChannel.ForAddress(
            services.GetRequiredService<IConfiguration>()[HostEndpoint]
            ?? throw new InvalidOperationException($"{HostEndpoint} is missing: this worker was not started by a Functions host."))));
    }
}
