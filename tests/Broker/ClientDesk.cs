using Azure.Messaging.ServiceBus;
using FunctionsHosting.Broker;

namespace Broker.Tests;

/// <summary>Microsoft's .NET client at a running broker: a sender and a receiver of one queue.</summary>
public abstract class ClientDesk : IAsyncDisposable
{
    /// <summary>How long a client waits to see that nothing comes. It asks for credit and takes it back, so this is the broker's answer, not a guess.</summary>
    protected static readonly TimeSpan NotAtAll = TimeSpan.FromMilliseconds(200);

    protected ClientDesk(params QueueSettings[] queues)
    {
        Bus = RunningBroker.Open(new() { Queues = queues.Length > 0 ? queues : [A.Queue] });
        Sender = Bus.Client.CreateSender(A.QueueName);
        Receiver = Bus.Client.CreateReceiver(A.QueueName);
        DeadLetters = Bus.Client.CreateReceiver(A.QueueName, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
    }

    protected RunningBroker Bus { get; }

    protected ServiceBusSender Sender { get; }

    protected ServiceBusReceiver Receiver { get; }

    protected ServiceBusReceiver DeadLetters { get; }

    public ValueTask DisposeAsync() => Bus.DisposeAsync();
}
