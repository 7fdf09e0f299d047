using Azure.Messaging.ServiceBus;
using FunctionsHosting.Broker;
using FunctionsHosting.Clock;
using Microsoft.Extensions.Logging;

namespace Broker.Tests;

/// <summary>A broker on a free port with a client of Microsoft's.</summary>
public sealed class RunningBroker : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 9, 18, 13, 30, 0, TimeSpan.Zero);

    private readonly ILoggerFactory _loggers;

    private RunningBroker(BrokerOptions options, int port, bool requireKey)
    {
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(Log));
        Broker = ServiceBusBroker.Open(options, Clock, new WorkTracker(), _loggers);
        Edge = AmqpEdge.Listen(Broker, port, requireKey, _loggers);
        Client = new(Edge.ConnectionString, new ServiceBusClientOptions
        {
            // Often enough for a broker that starts again on a busy machine.
            RetryOptions = { Mode = ServiceBusRetryMode.Fixed, Delay = TimeSpan.FromMilliseconds(50), MaxRetries = 100, TryTimeout = A.Limit },
        });
    }

    public BusinessClock Clock { get; } = BusinessClock.Frozen(Start);

    public BrokerLog Log { get; } = new();

    public ServiceBusBroker Broker { get; }

    public AmqpEdge Edge { get; }

    public ServiceBusClient Client { get; }

    /// <summary>The queue of <see cref="A.QueueName"/>.</summary>
    public BrokerQueue Queue => Broker.Find(A.QueueName)!;

    public static RunningBroker Open(BrokerOptions? options = null, int port = 0, bool requireKey = false) =>
        new(options ?? new() { Queues = [A.Queue] }, port, requireKey);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Stop();
    }

    /// <summary>Ends the broker as a stopped process would, the client left as it is.</summary>
    public async Task Stop()
    {
        await Edge.DisposeAsync();
        await Broker.DisposeAsync();
        _loggers.Dispose();
    }
}
