using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Model.Tests.Twins;

/// <summary>Service Bus in memory: messages lie there until the test delivers them, in whatever order and as often as it likes.</summary>
internal sealed class MemoryQueues(TimeProvider clock) : ServiceBusClient
{
    private readonly Lock _gate = new();
    private readonly List<QueuedMessage> _messages = [];
    private readonly List<QueuedMessage> _ever = [];
    private readonly Dictionary<(string Queue, string Id), DateTimeOffset> _seen = [];

    public override ServiceBusSender CreateSender(string queueOrTopicName) => new Sender(this, queueOrTopicName);

    /// <summary>Messages whose time has come, oldest first.</summary>
    public IReadOnlyList<QueuedMessage> Due()
    {
        lock (_gate)
        {
            return [.. _messages.Where(message => message.NotBefore <= clock.GetUtcNow())];
        }
    }

    /// <summary>All messages there ever were: a queue may deliver any of them once more.</summary>
    public IReadOnlyList<QueuedMessage> Ever()
    {
        lock (_gate)
        {
            return [.. _ever];
        }
    }

    /// <summary>When the next message comes that is not due yet; null: none does.</summary>
    public DateTimeOffset? NextDue()
    {
        lock (_gate)
        {
            return _messages.Where(message => message.NotBefore > clock.GetUtcNow()).Select(message => (DateTimeOffset?)message.NotBefore).Min();
        }
    }

    public void Remove(QueuedMessage message)
    {
        lock (_gate)
        {
            _messages.Remove(message);
        }
    }

    private void Add(string queue, ServiceBusMessage message)
    {
        lock (_gate)
        {
            var (id, caseId) = (message.MessageId!, message.CorrelationId!);

            // Duplicate detection forgets after an hour, as the app's queues do.
            var isKnown = _seen.TryGetValue((queue, id), out var at) && clock.GetUtcNow() - at < TimeSpan.FromHours(1);
            if (!isKnown)
            {
                _seen[(queue, id)] = clock.GetUtcNow();
                var notBefore = message.ScheduledEnqueueTime == default ? clock.GetUtcNow() : message.ScheduledEnqueueTime;
                _messages.Add(new(queue, _ever.Count + 1, id, caseId, message.Body, notBefore));
                _ever.Add(_messages[^1]);
            }
        }
    }

    private sealed class Sender(MemoryQueues queues, string queue) : ServiceBusSender
    {
        public override Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
        {
            queues.Add(queue, message);
            return Task.CompletedTask;
        }
    }
}

internal sealed record QueuedMessage(string Queue, long Number, string Id, string CaseId, BinaryData Body, DateTimeOffset NotBefore)
{
    public ServiceBusReceivedMessage Received(string? deadReason = null) => ServiceBusModelFactory.ServiceBusReceivedMessage(
        body: Body,
        messageId: Id,
        correlationId: CaseId,
        enqueuedTime: NotBefore,
        sequenceNumber: Number,
        properties: deadReason is null ? null : new Dictionary<string, object> { ["DeadLetterReason"] = deadReason });
}

/// <summary>What a function did with a message.</summary>
internal sealed class Settling : ServiceBusMessageActions
{
    public bool IsCompleted { get; private set; }

    public bool IsDead { get; private set; }

    public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        IsCompleted = true;
        return Task.CompletedTask;
    }

    public override Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = null,
        string? deadLetterReason = null,
        string? deadLetterErrorDescription = null,
        CancellationToken cancellationToken = default)
    {
        IsDead = true;
        return Task.CompletedTask;
    }
}
