using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;

namespace FunctionsHosting.ServiceBus;

/// <summary>Messages that functions work on, by lock token: what a function may settle.</summary>
internal sealed class PendingMessages
{
    private readonly ConcurrentDictionary<string, ProcessMessageEventArgs> _messages = new();

    public void Add(ProcessMessageEventArgs message) => _messages[message.Message.LockToken] = message;

    public void Remove(ProcessMessageEventArgs message) => _messages.TryRemove(message.Message.LockToken, out _);

    public ProcessMessageEventArgs? Find(string lockToken) => _messages.GetValueOrDefault(lockToken);
}
