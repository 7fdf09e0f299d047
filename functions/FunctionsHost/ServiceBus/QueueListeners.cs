using Azure.Messaging.ServiceBus;
using FunctionsHosting.Clock;
using FunctionsHosting.Configuration;
using FunctionsHosting.Worker;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.ServiceBus;

/// <summary>The listeners of all functions on queues, with one connection a connection string.</summary>
internal sealed class QueueListeners(
    HostJson host, IReadOnlyDictionary<string, string?> settings, FunctionInvoker invoker, PendingMessages pending, WorkTracker work, ILoggerFactory loggers,
    CancellationToken giveUp) : IAsyncDisposable
{
    /// <summary>A broker that is away does not keep the host from starting: its listeners go on trying.</summary>
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, ServiceBusClient> _clients = [];
    private readonly List<ServiceBusListener> _listeners = [];

    /// <param name="functions">Those on queues are listened for.</param>
    /// <param name="heard">Ends when a queue is received from.</param>
    /// <param name="cancellation">Gives the start up.</param>
    public async Task Start(IEnumerable<FunctionEntry> functions, Func<QueueTrigger, Task> heard, CancellationToken cancellation)
    {
        var log = loggers.CreateLogger<ServiceBusListener>();
        List<Task> ready = [];
        foreach (var function in functions)
        {
            if (function.Trigger is QueueTrigger queue)
            {
                var listener = new ServiceBusListener(function, Client(queue.ConnectionSetting), host, invoker, pending, work, log, giveUp);
                _listeners.Add(listener);
                await listener.Start(cancellation);
                ready.Add(heard(queue));
            }
        }

        await Task.WhenAny(Task.WhenAll(ready), Task.Delay(ReadyLimit, TimeProvider.System, cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_listeners.Select(static listener => listener.DisposeAsync().AsTask()));
        foreach (var client in _clients.Values)
        {
            await client.DisposeAsync();
        }
    }

    private ServiceBusClient Client(string setting)
    {
        if (!_clients.TryGetValue(setting, out var client))
        {
            _clients[setting] = client = new ServiceBusClient(settings[setting]);
        }

        return client;
    }
}
