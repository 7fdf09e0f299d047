using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Extensions.DependencyInjection;

[assembly: WorkerExtensionStartup(typeof(Microsoft.Azure.Functions.Worker.ServiceBusExtensionStartup))]

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Registers the way to the host's settlement. The Worker SDK finds it by the assembly's attribute: an app's Program needs no line for it.</summary>
public sealed class ServiceBusExtensionStartup : WorkerExtensionStartup
{
    public override void Configure(IFunctionsWorkerApplicationBuilder applicationBuilder)
    {
        ArgumentNullException.ThrowIfNull(applicationBuilder);
        applicationBuilder.Services.AddSingleton<SettlementChannel>();
    }
}
