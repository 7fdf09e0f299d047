using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.ServiceBus.Grpc;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Settles the message that a function was given; asks the host, which holds the message's lock. A message is settled once; afterwards, and when its
/// lock is lost, the host refuses.
/// </summary>
[InputConverter(typeof(ServiceBusMessageActionsConverter))]
public class ServiceBusMessageActions
{
    private readonly Settlement.SettlementClient _settlement;

    internal ServiceBusMessageActions(Settlement.SettlementClient settlement)
    {
        _settlement = settlement;
    }

    /// <summary>For twins in tests.</summary>
    protected ServiceBusMessageActions()
    {
        _settlement = null!;
    }

    /// <summary>The message is done with and leaves the queue.</summary>
    /// <exception cref="Grpc.Core.RpcException">The lock is lost, or the broker cannot be reached.</exception>
    public virtual async Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        await _settlement.CompleteAsync(new() { Locktoken = message.LockToken }, cancellationToken: cancellationToken);
    }

    /// <summary>The message is delivered again at once, and counts as delivered once more.</summary>
    /// <param name="propertiesToModify">Application properties to set on the message before it is delivered again.</param>
    /// <exception cref="ArgumentException">A property has a type that a message cannot carry; nothing was asked of the host.</exception>
    /// <inheritdoc cref="CompleteMessageAsync"/>
    public virtual async Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var request = new AbandonRequest { Locktoken = message.LockToken, PropertiesToModify = AmqpProperties.Encode(propertiesToModify) };
        await _settlement.AbandonAsync(request, cancellationToken: cancellationToken);
    }

    /// <summary>The message goes to the queue's dead letters.</summary>
    /// <param name="propertiesToModify">Application properties to set on the dead letter.</param>
    /// <exception cref="ArgumentException">A property has a type that a message cannot carry; nothing was asked of the host.</exception>
    /// <inheritdoc cref="CompleteMessageAsync"/>
    public virtual async Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = default,
        string? deadLetterReason = default,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var request = new DeadletterRequest
        {
            Locktoken = message.LockToken,
            PropertiesToModify = AmqpProperties.Encode(propertiesToModify),
            DeadletterReason = deadLetterReason,
            DeadletterErrorDescription = deadLetterErrorDescription,
        };
        await _settlement.DeadletterAsync(request, cancellationToken: cancellationToken);
    }

    /// <summary>The message stays in the queue, and is from now on received by its sequence number only.</summary>
    /// <inheritdoc cref="AbandonMessageAsync"/>
    public virtual async Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var request = new DeferRequest { Locktoken = message.LockToken, PropertiesToModify = AmqpProperties.Encode(propertiesToModify) };
        await _settlement.DeferAsync(request, cancellationToken: cancellationToken);
    }

    /// <summary>The message stays locked for the queue's whole lock duration from now.</summary>
    /// <inheritdoc cref="CompleteMessageAsync"/>
    public virtual async Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        await _settlement.RenewMessageLockAsync(new() { Locktoken = message.LockToken }, cancellationToken: cancellationToken);
    }
}
