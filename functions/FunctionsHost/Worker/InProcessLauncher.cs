using System.Reflection;
using FunctionsHosting.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Worker;

/// <summary>
/// Runs the app's own entry point on a thread of this process and reaches into its host while that is built, by the diagnostic event
/// "HostBuilding", as WebApplicationFactory does.
/// </summary>
/// <param name="app">A loaded app.</param>
/// <param name="settings">What the app sees as its configuration.</param>
/// <param name="logging">Where the app's logs go.</param>
/// <param name="services">Changes the app's services after its own registrations.</param>
internal sealed class InProcessLauncher(
    FunctionApp app, IReadOnlyDictionary<string, string?> settings, Action<ILoggingBuilder> logging, Action<IServiceCollection> services) : IWorkerLauncher
{
    private const string ApplicationFolder = "FUNCTIONS_APPLICATION_DIRECTORY";
    private const string HttpUriCapability = "HttpUri";

    /// <summary>The worker finds its generated code through the entry assembly, which is one for the whole process, so apps are built one at a time.</summary>
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    public async Task<LaunchedWorker> Launch(WorkerChannel channel, Uri endpoint, CancellationToken cancellation)
    {
        await OneAtATime.WaitAsync(cancellation);
        var entry = Assembly.GetEntryAssembly();
        var port = ReservedPort.Take(0);
        var worker = new InProcessWorker(app, services => Prepare(services, port), host => Hook(host, port));
        try
        {
            Assembly.SetEntryAssembly(app.Assembly);
            Environment.SetEnvironmentVariable(ApplicationFolder, app.Folder);
            worker.Run(Arguments(channel, endpoint));
            await Task.WhenAny(worker.Started, worker.Ended).WaitAsync(cancellation);
            return worker.Started.IsCompleted ? worker : throw worker.Failure();
        }
        finally
        {
            Assembly.SetEntryAssembly(entry);
            OneAtATime.Release();
        }
    }

    private void Hook(IHostBuilder host, ReservedPort port)
    {
        host.ConfigureAppConfiguration(configuration => configuration.AddInMemoryCollection(settings)
            .AddInMemoryCollection([new(WebHostDefaults.ServerUrlsKey, $"http://{port.EndPoint}")]));
        host.ConfigureLogging(logging);
    }

    /// <summary>The worker's own web server: its port is a static of the process, so every worker in this process gets one of its own.</summary>
    private void Prepare(IServiceCollection collection, ReservedPort port)
    {
        collection.AddSingleton(_ => port);
        collection.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = port.Bound);
        collection.PostConfigure<WorkerOptions>(worker =>
        {
            if (worker.Capabilities.ContainsKey(HttpUriCapability))
            {
                worker.Capabilities[HttpUriCapability] = $"http://{port.EndPoint}/";
            }
        });
        services(collection);
    }

    /// <summary>The worker reads its usual switches only from the process's own command line, so they go in as configuration.</summary>
    private string[] Arguments(WorkerChannel channel, Uri endpoint) =>
    [
        .. settings.Select(static setting => $"--{setting.Key}={setting.Value}"),
        $"--Functions:Worker:HostEndpoint={endpoint}",
        $"--Functions:Worker:WorkerId={channel.Id}",
        $"--Functions:Worker:RequestId={Guid.NewGuid()}",
        $"--Functions:Worker:GrpcMaxMessageLength={int.MaxValue}",
    ];
}
