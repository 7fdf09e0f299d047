using Azure.Messaging.ServiceBus;
using FunctionsHosting.Clock;
using FunctionsHosting.Broker;
using Microsoft.Extensions.Logging.Abstractions;

namespace ServiceBus.Tests;

/// <summary>A broker on a free port with a client of its own.</summary>
public sealed class RunningBroker : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 9, 18, 13, 30, 0, TimeSpan.Zero);

    private readonly ServiceBusBroker _broker;
    private readonly AmqpEdge _edge;

    private RunningBroker(ServiceBusBroker broker, AmqpEdge edge, BusinessClock clock, WorkTracker work)
    {
        _broker = broker;
        _edge = edge;
        Clock = clock;
        Work = work;
        Client = new(edge.ConnectionString, new ServiceBusClientOptions { RetryOptions = { Delay = TimeSpan.FromMilliseconds(20) } });
    }

    public BusinessClock Clock { get; }

    public WorkTracker Work { get; }

    public ServiceBusClient Client { get; }

    public ServiceBusBroker Broker => _broker;

    public AmqpEdge Edge => _edge;

    public static RunningBroker Open(BrokerOptions? options = null, int port = 0)
    {
        var clock = BusinessClock.Frozen(Start);
        var work = new WorkTracker();
        var broker = ServiceBusBroker.Open(options ?? new() { Queues = [A.Queue] }, clock, work, NullLoggerFactory.Instance);
        return new(broker, AmqpEdge.Listen(broker, port, NullLoggerFactory.Instance), clock, work);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Stop();
    }

    /// <summary>Ends the broker as a stopped process would, the client left as it is.</summary>
    public async Task Stop()
    {
        await _edge.DisposeAsync();
        await _broker.DisposeAsync();
    }
}
