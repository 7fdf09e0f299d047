using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Azure.Storage.Blobs;
using FunctionsHosting.Broker;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting;

/// <summary>What the app runs on: broker and storage, each our own unless the settings name another.</summary>
internal sealed class Infrastructure(
    FunctionApp app, FunctionsHostOptions options, Dictionary<string, string?> settings, ILoggerFactory loggers, Stack<IAsyncDisposable> running)
{
    public const string StorageSetting = "AzureWebJobsStorage";

    private const string BrokerConfigFile = "servicebus.config.json";
    private const string ServiceBusSetting = "ServiceBusConnection";
    private const string OwnStorage = "UseDevelopmentStorage=true";

    private LocalBroker? _broker;

    /// <summary>Port of our own broker, or null.</summary>
    public int? ServiceBusPort => _broker?.Port;

    /// <summary>Our own broker, unless the settings name another one.</summary>
    public async Task StartBroker()
    {
        var config = options.BrokerConfig ?? Path.Combine(app.Folder, BrokerConfigFile);
        if (!string.IsNullOrEmpty(settings.GetValueOrDefault(ServiceBusSetting)) || (options.BrokerConfig is null && !File.Exists(config)))
        {
            return;
        }

        _broker = await LocalBroker.Start(
            config, options.DataFolder, options.ServiceBusPort, HostSettings.Flag(settings, LocalBroker.RequireKey), options.Clock, options.Work, loggers);
        running.Push(_broker);
        settings[ServiceBusSetting] = _broker.ConnectionString;
    }

    /// <exception cref="HostStartException">A function listens to a queue our own broker does not have.</exception>
    public void CheckQueues(FunctionCatalogue catalogue)
    {
        if (_broker is null)
        {
            return;
        }

        string[] problems =
        [
            .. from f in catalogue.Functions
               where f.Trigger is QueueTrigger queue && queue.ConnectionSetting == ServiceBusSetting && _broker.Broker.Find(queue.Path) is null
               select $"function '{f.Name}' listens to queue '{((QueueTrigger)f.Trigger).Path}', which the broker does not have; "
                   + $"its queues: {string.Join(", ", _broker.Broker.Queues.Select(static q => q.Path))}",
        ];
        if (problems.Length > 0)
        {
            throw new HostStartException("The function app cannot be used", problems);
        }
    }

    /// <summary>Ends when a queue of our own broker is received from; at once for a foreign one, which is not asked.</summary>
    public Task WhenHeard(QueueTrigger queue) =>
        queue.ConnectionSetting == ServiceBusSetting && _broker?.Broker.Find(queue.Path) is { } own ? own.WhenHeard : Task.CompletedTask;

    public async Task StartStorage(CancellationToken cancellation)
    {
        var named = settings.GetValueOrDefault(StorageSetting);
        if (options.Azurite is { } own && (string.IsNullOrEmpty(named) || named.Equals(OwnStorage, StringComparison.OrdinalIgnoreCase)))
        {
            var azurite = await Azurite.StartAsync(own, cancellation);
            running.Push(azurite);
            settings[StorageSetting] = azurite.ConnectionString;
        }

        Check(StorageSetting, static text => (new TableServiceClient(text), new BlobServiceClient(text)));
        Check(ServiceBusSetting, static text => new ServiceBusClient(text));
    }

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
}
