using LocalHost.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>What the app runs on: broker, storage and durable engine, each our own unless the settings name another.</summary>
internal sealed class Infrastructure(
    RunningHostOptions options, HostJson hostJson, Dictionary<string, string?> settings, ILoggerFactory loggers) : IAsyncDisposable
{
    private const string StorageSetting = "AzureWebJobsStorage";
    private const string OwnStorage = "UseDevelopmentStorage=true";

    private Azurite? _azurite;

    /// <summary>Port of our own broker, or null.</summary>
    public int? ServiceBusPort => hostJson is null || loggers is null ? 0 : null;

    public void StartBroker()
    {
    }

    public void CheckQueues(FunctionCatalogue catalogue)
    {
    }

    public async Task StartStorage(CancellationToken cancellation)
    {
        var named = settings.GetValueOrDefault(StorageSetting);
        if (options.Azurite is { } own && (string.IsNullOrEmpty(named) || named.Equals(OwnStorage, StringComparison.OrdinalIgnoreCase)))
        {
            _azurite = await Azurite.StartAsync(own, cancellation);
            settings[StorageSetting] = _azurite.ConnectionString;
        }
    }

    public void CreateEngine(DurableFunctions functions)
    {
    }

    public void AddServices(IServiceCollection services)
    {
    }

    public Task StartEngine(CancellationToken cancellation) => Task.CompletedTask;

    public Task StopEngine(CancellationToken cancellation) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
    }
}
