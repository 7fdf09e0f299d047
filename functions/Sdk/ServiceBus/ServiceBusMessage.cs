namespace Azure.Messaging.ServiceBus;

/// <summary>A message to send.</summary>
public class ServiceBusMessage
{
    internal const string DeadLetterReasonProperty = "DeadLetterReason";
    internal const string DeadLetterErrorDescriptionProperty = "DeadLetterErrorDescription";
    private const int MaxMessageIdLength = 128;

    private string? _messageId;

    public ServiceBusMessage()
        : this(BinaryData.Empty)
    {
    }

    /// <param name="body">Sent as UTF-8.</param>
    public ServiceBusMessage(string body)
        : this(BinaryData.FromString(body))
    {
    }

    public ServiceBusMessage(ReadOnlyMemory<byte> body)
        : this(BinaryData.FromBytes(body))
    {
    }

    public ServiceBusMessage(BinaryData body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
    }

    /// <summary>A copy of a received message to send again: body, properties and ids, without what the broker wrote.</summary>
    public ServiceBusMessage(ServiceBusReceivedMessage receivedMessage)
    {
        ArgumentNullException.ThrowIfNull(receivedMessage);
        Body = receivedMessage.Body;
        MessageId = receivedMessage.MessageId is { Length: > 0 } id ? id : null;
        PartitionKey = receivedMessage.PartitionKey;
        SessionId = receivedMessage.SessionId;
        ReplyToSessionId = receivedMessage.ReplyToSessionId;
        TimeToLive = receivedMessage.TimeToLive;
        CorrelationId = receivedMessage.CorrelationId;
        Subject = receivedMessage.Subject;
        To = receivedMessage.To;
        ContentType = receivedMessage.ContentType;
        ReplyTo = receivedMessage.ReplyTo;
        foreach (var (name, value) in receivedMessage.ApplicationProperties)
        {
            if (name is not (DeadLetterReasonProperty or DeadLetterErrorDescriptionProperty))
            {
                ApplicationProperties.Add(name, value);
            }
        }
    }

    public BinaryData Body { get; set; }

    /// <summary>The key of duplicate detection; 1 to 128 characters. The broker assigns one when it is null.</summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The value is too long.</exception>
    public string? MessageId
    {
        get => _messageId;
        set
        {
            if (value is not null)
            {
                ArgumentException.ThrowIfNullOrEmpty(value);
                ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, MaxMessageIdLength, nameof(MessageId));
            }

            _messageId = value;
        }
    }

    public string? PartitionKey { get; set; }

    public string? SessionId { get; set; }

    public string? ReplyToSessionId { get; set; }

    /// <summary>How long the message lives from its enqueue time; <see cref="TimeSpan.MaxValue"/> leaves it to the entity.</summary>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.MaxValue;

    public string? CorrelationId { get; set; }

    public string? Subject { get; set; }

    public string? To { get; set; }

    public string? ContentType { get; set; }

    public string? ReplyTo { get; set; }

    /// <summary>When the message becomes receivable; the default means at once.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; set; }

    /// <summary>
    /// Values of the types AMQP knows: string, bool, the integers, float, double, char, Guid, byte[],
    /// DateTime, DateTimeOffset, TimeSpan, Uri.
    /// </summary>
    public IDictionary<string, object> ApplicationProperties { get; } = new Dictionary<string, object>();

    public override string ToString() => $"{{MessageId:{MessageId}}}";
}
