using FunctionsHosting.Clock;

namespace FunctionsHosting.Broker;

/// <summary>A broker and the port at which it is reached: beside a function app, or alone.</summary>
public sealed class LocalBroker : IAsyncDisposable
{
    /// <summary>The setting that wants the connection string's key of every client.</summary>
    public const string RequireKey = "ServiceBus:RequireKey";

    private readonly AmqpEdge _edge;

    private LocalBroker(ServiceBusBroker broker, AmqpEdge edge)
    {
        Broker = broker;
        _edge = edge;
    }

    /// <summary>The queues.</summary>
    public ServiceBusBroker Broker { get; }

    public int Port => _edge.Port;

    /// <inheritdoc cref="AmqpEdge.ConnectionString"/>
    public string ConnectionString => _edge.ConnectionString;

    /// <param name="config">Its queues: a config.json in the official emulator's format.</param>
    /// <param name="folder">Where messages are kept (file servicebus.db); null: in memory.</param>
    /// <param name="port">On loopback; 0: any free one.</param>
    /// <param name="requireKey">Whether clients must have the connection string's key.</param>
    /// <param name="clock">The clock of scheduled messages and lives.</param>
    /// <param name="work">Counts messages under way.</param>
    /// <param name="loggers">For clients that are refused, dead letters, lost locks.</param>
    /// <exception cref="HostStartException">The configuration, the file or the port cannot be used, and why.</exception>
    public static async Task<LocalBroker> Start(
        string config, string? folder, int port, bool requireKey, TimeProvider clock, WorkTracker work, ILoggerFactory loggers)
    {
        ServiceBusBroker? broker = null;
        try
        {
            var options = new BrokerOptions
            {
                Queues = EmulatorConfig.Load(config),
                DataFile = folder is null ? null : Path.Combine(Directory.CreateDirectory(folder).FullName, BrokerOptions.FileName),
            };
            broker = ServiceBusBroker.Open(options, clock, work, loggers);
            return new(broker, AmqpEdge.Listen(broker, port, requireKey, loggers));
        }
        catch (Exception e) when (e is BrokerConfigException or InvalidOperationException)
        {
            await (broker?.DisposeAsync() ?? default);
            throw new HostStartException(e.Message, e);
        }
    }

    /// <summary>Ends the connections first.</summary>
    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
