using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Broker;

/// <summary>The queues of one Service Bus namespace, each with its dead-letter queue. Knows nothing of AMQP.</summary>
public sealed partial class ServiceBusBroker : IAsyncDisposable
{
    public const string DeadLetterSuffix = "/$deadletterqueue";

    private readonly MessageStore _store;
    private readonly Dictionary<string, BrokerQueue> _queues = new(StringComparer.OrdinalIgnoreCase);

    private ServiceBusBroker(MessageStore store)
    {
        _store = store;
    }

    /// <summary>Every queue and dead-letter queue.</summary>
    public IReadOnlyCollection<BrokerQueue> Queues => _queues.Values;

    /// <param name="options">The queues and where their messages are kept.</param>
    /// <param name="businessClock">The clock of scheduled messages, lives and the duplicate detection window.</param>
    /// <param name="work">Told of every active or locked message of a queue that has a receiver.</param>
    /// <param name="loggers">For dead-letterings and lost locks.</param>
    /// <exception cref="InvalidOperationException">Another broker holds the file, or it cannot be used; the text says what to do.</exception>
    public static ServiceBusBroker Open(BrokerOptions options, TimeProvider businessClock, WorkTracker work, ILoggerFactory loggers)
    {
        var log = loggers.CreateLogger<ServiceBusBroker>();
        var store = new MessageStore(options.DataFile);
        var broker = new ServiceBusBroker(store);
        try
        {
            foreach (var settings in options.Queues)
            {
                broker.Add(settings, options.LockClock, businessClock, work, log);
            }
        }
        catch
        {
            store.Dispose();
            throw;
        }

        Opened(log, options.Queues.Count, options.DataFile ?? "memory", broker._queues.Values.Sum(q => q.Count));
        return broker;
    }

    /// <summary>The queue of that path, or null: <c>name</c> or <c>name/$deadletterqueue</c>, in any case, a leading slash allowed.</summary>
    public BrokerQueue? Find(string path) => _queues.GetValueOrDefault(path.TrimStart('/'));

    public ValueTask DisposeAsync()
    {
        foreach (var queue in _queues.Values)
        {
            queue.Dispose();
        }

        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Add(QueueSettings settings, TimeProvider lockClock, TimeProvider businessClock, WorkTracker work, ILogger log)
    {
        var sequence = new SequenceNumbers(_store, settings.Name);
        var deadLetters = New(settings.Name + DeadLetterSuffix, settings with { RequiresDuplicateDetection = false }, null);
        var queue = New(settings.Name, settings, deadLetters);
        _queues.Add(queue.Path, queue);
        _queues.Add(deadLetters.Path, deadLetters);

        BrokerQueue New(string path, QueueSettings set, BrokerQueue? dead) =>
            new(path, set, dead, _store, sequence, businessClock, lockClock, work, log);
    }

    [LoggerMessage(1, LogLevel.Information, "Service Bus broker: {Queues} queues, {Messages} messages kept in {Place}")]
    private static partial void Opened(ILogger logger, int queues, string place, int messages);
}
