using Azure.Data.Tables;
using LocalHost.Durable;
using LocalHost.Durable.Storage;
using LocalHost.ServiceBus;
using LocalHost.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>What the app runs on: broker, storage and durable engine, each our own unless the settings name another.</summary>
internal sealed class Infrastructure(
    RunningHostOptions options, HostJson hostJson, Dictionary<string, string?> settings, ILoggerFactory loggers) : IAsyncDisposable
{
    public const string BrokerFile = "servicebus.db";

    private const string StorageSetting = "AzureWebJobsStorage";
    private const string ServiceBusSetting = "ServiceBusConnection";
    private const string OwnStorage = "UseDevelopmentStorage=true";

    private Azurite? _azurite;
    private Broker? _broker;
    private AmqpEdge? _edge;
    private DurableEngine? _engine;

    /// <summary>Port of our own broker, or null.</summary>
    public int? ServiceBusPort => _edge?.Port;

    /// <summary>Our own broker, unless the settings name another one.</summary>
    public void StartBroker()
    {
        if (options.BrokerConfig is not { } config || !string.IsNullOrEmpty(settings.GetValueOrDefault(ServiceBusSetting)))
        {
            return;
        }

        try
        {
            if (options.DataFolder is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            _broker = Broker.Open(
                new BrokerOptions
                {
                    Queues = EmulatorConfig.Load(config),
                    DataFile = options.DataFolder is null ? null : Path.Combine(options.DataFolder, BrokerFile),
                },
                options.Clock,
                options.Work,
                loggers);
            _edge = AmqpEdge.Listen(_broker, options.ServiceBusPort, loggers);
            settings[ServiceBusSetting] = _edge.ConnectionString;
        }
        catch (Exception e) when (e is BrokerConfigException or InvalidOperationException)
        {
            throw new HostStartException(e.Message, e);
        }
    }

    /// <exception cref="HostStartException">A function listens to a queue our own broker does not have.</exception>
    public void CheckQueues(FunctionCatalogue catalogue)
    {
        if (_broker is null)
        {
            return;
        }

        var problems = catalogue.Functions
            .Where(f => f.Trigger is QueueTrigger queue && queue.ConnectionSetting == ServiceBusSetting && _broker.Find(queue.Path) is null)
            .Select(f => $"function '{f.Name}' listens to queue '{((QueueTrigger)f.Trigger).Path}', which the broker does not have; "
                + $"its queues: {string.Join(", ", _broker.Queues.Select(static q => q.Path))}")
            .ToArray();
        if (problems.Length > 0)
        {
            throw new HostStartException("The function app cannot be used", problems);
        }
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

    /// <summary>The durable engine over the app's storage, or in memory where there is none.</summary>
    public void CreateEngine(DurableFunctions functions)
    {
        ITaskHubStore store = settings.GetValueOrDefault(StorageSetting) is { Length: > 0 } storage
            ? new TableTaskHubStore(new TableServiceClient(storage), hostJson.HubName)
            : new MemoryTaskHubStore();
        _engine = new DurableEngine(
            store,
            functions,
            options.Clock,
            options.Work,
            loggers,
            new DurableEngineOptions
            {
                PartitionCount = hostJson.PartitionCount,
                MaxConcurrentActivities = hostJson.MaxConcurrentActivities,
                MaxConcurrentOrchestrations = hostJson.MaxConcurrentOrchestrators,
                ShutdownGrace = options.DrainLimit,
            });
    }

    public void AddServices(IServiceCollection services) => services.AddSingleton(_engine!.CreateClient());

    public Task StartEngine(CancellationToken cancellation) => _engine!.StartAsync(cancellation);

    public Task StopEngine(CancellationToken cancellation) => _engine is { } engine ? engine.StopAsync(cancellation) : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        if (_edge is not null)
        {
            await _edge.DisposeAsync();
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }
    }
}
