using System.Collections.Immutable;
using Functions.Sdk.Amqp;

namespace Azure.Messaging.ServiceBus;

/// <summary>A message as it was received or peeked.</summary>
public class ServiceBusReceivedMessage
{
    private readonly BinaryData? _body;

    internal ServiceBusReceivedMessage(BinaryData? body)
    {
        _body = body;
    }

    /// <exception cref="NotSupportedException">The sender sent an AMQP value or sequence instead of data.</exception>
    public BinaryData Body => _body ?? throw new NotSupportedException($"The body of message {MessageId} is not data but an AMQP value or sequence.");

    public string MessageId { get; internal init; } = "";

    public string? PartitionKey { get; internal init; }

    public string? TransactionPartitionKey { get; internal init; }

    public string? SessionId { get; internal init; }

    public string? ReplyToSessionId { get; internal init; }

    public TimeSpan TimeToLive { get; internal init; } = TimeSpan.MaxValue;

    public string? CorrelationId { get; internal init; }

    public string? Subject { get; internal init; }

    public string? To { get; internal init; }

    public string? ContentType { get; internal init; }

    public string? ReplyTo { get; internal init; }

    public DateTimeOffset ScheduledEnqueueTime { get; internal init; }

    public IReadOnlyDictionary<string, object> ApplicationProperties { get; internal init; } = ImmutableDictionary<string, object>.Empty;

    /// <summary>The lock as a Guid text; all zeros when the message was peeked or received and deleted.</summary>
    public string LockToken => LockTokenGuid.ToString();

    /// <summary>How often the message was delivered, this time included.</summary>
    public int DeliveryCount { get; internal init; }

    public DateTimeOffset LockedUntil { get; internal set; }

    public long SequenceNumber { get; internal init; } = -1;

    /// <summary>The queue the message was dead-lettered from.</summary>
    public string? DeadLetterSource { get; internal init; }

    public long EnqueuedSequenceNumber { get; internal init; }

    public DateTimeOffset EnqueuedTime { get; internal init; }

    public DateTimeOffset ExpiresAt =>
        TimeToLive >= DateTimeOffset.MaxValue - EnqueuedTime ? DateTimeOffset.MaxValue : EnqueuedTime + TimeToLive;

    public string? DeadLetterReason => Text(ServiceBusMessage.DeadLetterReasonProperty);

    public string? DeadLetterErrorDescription => Text(ServiceBusMessage.DeadLetterErrorDescriptionProperty);

    public ServiceBusMessageState State { get; internal init; }

    internal Guid LockTokenGuid { get; init; }

    /// <summary>The delivery by which the message came, when it came over a link.</summary>
    internal DeliveryReceipt? Receipt { get; init; }

    public override string ToString() => $"{{MessageId:{MessageId}}}";

    private string? Text(string property) => ApplicationProperties.TryGetValue(property, out var value) ? value as string : null;
}
