using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host.Config;
using OperatingSystem = Microsoft.Azure.WebJobs.Extensions.DurableTask.OperatingSystem;

#pragma warning disable CS0612, CS0618 // Obsolete because meant for the Functions host only: which this is.

namespace FunctionsHosting.Durable;

/// <summary>Reads names out of the app's settings, and tells the Azure Storage provider which worker of the hub this is.</summary>
internal sealed class SettingsResolver(IReadOnlyDictionary<string, string?> settings, string workerId) : INameResolver
{
    /// <summary>What the provider joins with a colon to its worker's name; without them it takes the machine's, as if there were one host a machine.</summary>
    private const string WorkerGroup = "WEBSITE_CURRENT_STAMPNAME";
    private const string WorkerName = "RoleInstanceId";

    public string? Resolve(string name) => name switch
    {
        WorkerGroup => Environment.MachineName,
        WorkerName => workerId,
        _ => settings.GetValueOrDefault(name),
    };
}

/// <summary>When the host stops, as the extension's functions and its gRPC endpoint are told; the host's own tokens do not come when a stop hangs.</summary>
internal sealed class HostLife : IApplicationLifetimeWrapper
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _stopped = new();

    public CancellationToken OnStarted => CancellationToken.None;
    public CancellationToken OnStopping => _stopping.Token;
    public CancellationToken OnStopped => _stopped.Token;

    public void Stopping() => _stopping.Cancel();
    public void Stopped() => _stopped.Cancel();
}

internal sealed class Webhook(Uri url) : IWebHookProvider
{
    public Uri GetUrl(IExtensionConfigProvider extension) => url;
}

/// <summary>An isolated worker (turns are passed through to it, and the gRPC endpoint runs) on no Azure plan.</summary>
internal sealed class IsolatedWorker : IPlatformInformation
{
    public WorkerRuntimeType GetWorkerRuntimeType() => WorkerRuntimeType.DotNetIsolated;
    public OperatingSystem GetOperatingSystem() => OperatingSystem.Windows; // Linux would mean Azure's own log files
    public bool IsInConsumptionPlan() => false;
    public bool IsManagedAppEnvironment() => false;
    public string GetLinuxTenant() => "";
    public string GetLinuxStampName() => "";
    public string GetContainerName() => "";
    public bool UsesExternalPowerShellSDK() => false;
}
