using System.Globalization;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Azure.Storage.Blobs;
using LocalHost.Durable;
using LocalHost.Durable.Ownership;
using LocalHost.Durable.Storage;
using LocalHost.ServiceBus;
using LocalHost.Worker;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>What the app runs on: broker, storage and durable engine, each our own unless the settings name another.</summary>
internal sealed class Infrastructure(
    RunningHostOptions options, Dictionary<string, string?> settings, ILoggerFactory loggers) : IAsyncDisposable
{
    public const string BrokerFile = "servicebus.db";

    private const string BrokerConfigFile = "servicebus.config.json";
    private const string StorageSetting = "AzureWebJobsStorage";
    private const string ServiceBusSetting = "ServiceBusConnection";
    private const string LeaseSetting = "LocalHost:HubLease";
    private const string OwnStorage = "UseDevelopmentStorage=true";

    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestLease = TimeSpan.FromSeconds(60);

    private Azurite? _azurite;
    private Broker? _broker;
    private AmqpEdge? _edge;

    /// <summary>Port of our own broker, or null.</summary>
    public int? ServiceBusPort => _edge?.Port;

    public DurableEngine? Engine { get; private set; }

    /// <summary>Null where the task hub is in memory, and nobody else can have it.</summary>
    public HubOwnership? Ownership { get; private set; }

    /// <summary>Our own broker, unless the settings name another one.</summary>
    public void StartBroker()
    {
        var config = options.BrokerConfig ?? Path.Combine(options.App.Folder, BrokerConfigFile);
        if (!string.IsNullOrEmpty(settings.GetValueOrDefault(ServiceBusSetting)) || (options.BrokerConfig is null && !File.Exists(config)))
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

    /// <summary>The durable engine over the app's storage, or over memory where there is none.</summary>
    public DurableEngine CreateEngine(DurableFunctions functions, HostJson hostJson)
    {
        Check(StorageSetting, static text => (new TableServiceClient(text), new BlobServiceClient(text)));
        Check(ServiceBusSetting, static text => new ServiceBusClient(text));
        try
        {
            return Engine = new DurableEngine(Store(hostJson.HubName), functions, options.Clock, options.Work, loggers, new DurableEngineOptions
            {
                PartitionCount = hostJson.PartitionCount,
                RunsInstances = options.RunsOrchestrations,
                MaxConcurrentActivities = hostJson.MaxConcurrentActivities,
                MaxConcurrentOrchestrations = hostJson.MaxConcurrentOrchestrators,
                MaxTurnAttempts = hostJson.MaxTurnAttempts,
                DefaultVersion = hostJson.DefaultVersion,
                VersionMatchStrategy = hostJson.VersionMatchStrategy,
                VersionFailureStrategy = hostJson.VersionFailureStrategy,
                ShutdownGrace = options.DrainLimit,
            });
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new HostStartException($"The task hub '{hostJson.HubName}' cannot be used: {e.Message}", e);
        }
    }

    /// <exception cref="HostStartException">The lease's length is out of range, or the storage has no blobs.</exception>
    public HubOwnership? CreateOwnership(string hub)
    {
        if (options.TaskHub is not null || settings.GetValueOrDefault(StorageSetting) is not { Length: > 0 } connection)
        {
            return null;
        }

        var length = HubLength();
        try
        {
            var lease = HubLease.In(connection, hub, length);
            return Ownership = new(hub, lease, length, options.LeaseClock, loggers.CreateLogger<HubOwnership>());
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new HostStartException($"Setting {StorageSetting} names no storage with blobs ({e.Message}); the task hub's lease is one.", e);
        }
    }

    private TimeSpan HubLength() =>
        settings.GetValueOrDefault(LeaseSetting) is not { Length: > 0 } text ? LongestLease
        : TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var length) && length >= ShortestLease && length <= LongestLease ? length
        : throw new HostStartException($"Setting {LeaseSetting} is \"{text}\"; allowed: 00:00:15 to 00:01:00.");

    /// <summary>A connection string that is none is told at the start, by its setting's name and never with its text: it may hold a key.</summary>
    private void Check(string setting, Func<string, object> parse)
    {
        try
        {
            _ = settings.GetValueOrDefault(setting) is { Length: > 0 } text ? parse(text) : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new HostStartException($"Setting {setting} is not a connection string ({e.Message}); leave it out for one of the host's own.", e);
        }
    }

    private ITaskHubStore Store(string hub) =>
        options.TaskHub
        ?? (settings.GetValueOrDefault(StorageSetting) is { Length: > 0 } connection
            ? new TableTaskHubStore(new TableServiceClient(connection), new BlobServiceClient(connection), hub)
            : new MemoryTaskHubStore());

    public async ValueTask DisposeAsync()
    {
        if (Engine is not null)
        {
            await Engine.DisposeAsync();
        }

        if (Ownership is not null)
        {
            await Ownership.DisposeAsync();
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
