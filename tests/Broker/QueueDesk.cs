using FunctionsHosting.Broker;
using FunctionsHosting.Clock;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Broker.Tests;

/// <summary>One queue of a broker in this process, on a standing business clock and a lock clock that is moved by hand.</summary>
internal sealed class QueueDesk : IAsyncDisposable
{
    private readonly ServiceBusBroker _broker;

    public QueueDesk(QueueSettings? settings = null, string? file = null, DateTimeOffset? start = null)
    {
        Clock = BusinessClock.Frozen(start ?? RunningBroker.Start);
        _broker = ServiceBusBroker.Open(
            new BrokerOptions { Queues = [settings ?? A.Queue], DataFile = file, LockClock = LockClock }, Clock, Work, NullLoggerFactory.Instance);
        Queue = _broker.Find(A.QueueName)!;
        DeadLetters = _broker.Find(A.QueueName + "/$DeadLetterQueue")!;
    }

    public BusinessClock Clock { get; }

    public FakeTimeProvider LockClock { get; } = new();

    public WorkTracker Work { get; } = new();

    public BrokerQueue Queue { get; }

    public BrokerQueue DeadLetters { get; }

    public string[] DeadLetterReasons => [.. DeadLetters.Peek(0, 100).Select(m => $"{m.MessageId}: {m.DeadLetterReason}")];

    public Receiver Receive(BrokerQueue? queue = null, uint credit = 100, bool receiveAndDelete = false) =>
        new(queue ?? Queue, credit, receiveAndDelete);

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    internal sealed class Receiver
    {
        private readonly BrokerQueue _queue;
        private readonly Consumer _consumer;

        public Receiver(BrokerQueue queue, uint credit, bool receiveAndDelete)
        {
            _queue = queue;
            _consumer = new Consumer(
                receiveAndDelete, delivery => Deliveries.Add(new(delivery.Message.MessageId, delivery.Message.DeliveryCount, delivery.LockToken)));
            queue.Attach(_consumer);
            Offer(credit);
        }

        public List<Seen> Deliveries { get; } = [];

        public string[] Ids => [.. Deliveries.Select(d => d.MessageId)];

        public Seen Last => Deliveries[^1];

        public void Offer(uint credit, bool drain = false) => _queue.Offer(_consumer, _consumer.Delivered + credit, drain);

        public void Repeat() => _queue.Offer(_consumer, _consumer.Limit);

        public void Leave() => _queue.Detach(_consumer);
    }

    /// <summary>A delivery as it was when it was made; the message itself goes on changing.</summary>
    internal readonly record struct Seen(string MessageId, int DeliveryCount, Guid Lock);
}
