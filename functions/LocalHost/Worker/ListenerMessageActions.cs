using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Worker;

/// <summary>Settles over the listener's own receiver, and knows which messages the function has settled.</summary>
internal sealed class ListenerMessageActions(ServiceBusReceiver receiver) : ServiceBusMessageActions
{
    private readonly ConcurrentDictionary<string, bool> _settled = new();

    public bool Settled(ServiceBusReceivedMessage message) => _settled.ContainsKey(message.LockToken);

    public override async Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        await receiver.CompleteMessageAsync(message, cancellationToken);
        _settled[message.LockToken] = true;
    }

    public override async Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default)
    {
        await receiver.AbandonMessageAsync(message, propertiesToModify, cancellationToken);
        _settled[message.LockToken] = true;
    }

    public override async Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = default,
        string? deadLetterReason = default,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default)
    {
        await (deadLetterReason is null
            ? receiver.DeadLetterMessageAsync(message, propertiesToModify, cancellationToken)
            : receiver.DeadLetterMessageAsync(message, propertiesToModify ?? [], deadLetterReason, deadLetterErrorDescription, cancellationToken));
        _settled[message.LockToken] = true;
    }

    public override async Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default)
    {
        await receiver.DeferMessageAsync(message, propertiesToModify, cancellationToken);
        _settled[message.LockToken] = true;
    }

    public override Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        receiver.RenewMessageLockAsync(message, cancellationToken);
}
