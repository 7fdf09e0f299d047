using System.Threading.Channels;
using Amqp;
using Amqp.Framing;
using Azure.Messaging.ServiceBus;

namespace Functions.Sdk.Amqp;

/// <summary>A receiving link with the messages that arrived over it and were not taken yet.</summary>
internal sealed class Inbox
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    private readonly Channel<ServiceBusReceivedMessage> _arrived = Channel.CreateUnbounded<ServiceBusReceivedMessage>();

    public Inbox(AmqpSession session, string name, bool receiveAndDelete)
    {
        Link = new(session, name, incoming => OnMessage(incoming, receiveAndDelete)) { Over = _ => _arrived.Writer.TryComplete() };
    }

    public ReceivingLink Link { get; }

    /// <summary>Completes when there is a message or can be none any more.</summary>
    public Task Arrived(CancellationToken cancellation) => _arrived.Reader.WaitToReadAsync(cancellation).AsTask();

    /// <summary>Takes unused credit back, so that nothing comes that nobody waits for.</summary>
    /// <exception cref="AmqpFault">The broker does not answer; the link is given up, because messages might still come over it.</exception>
    public async Task RunDry()
    {
        try
        {
            await Link.Drain().WaitAsync(DrainLimit);
        }
        catch (TimeoutException)
        {
            Link.Detach();
            throw new AmqpFault($"The broker did not stop sending within {DrainLimit}.");
        }
    }

    public IReadOnlyList<ServiceBusReceivedMessage> Take(int max)
    {
        var messages = new List<ServiceBusReceivedMessage>();
        while (messages.Count < max && _arrived.Reader.TryRead(out var message))
        {
            messages.Add(message);
        }

        return messages;
    }

    public async Task Close()
    {
        // What is under way to us would be locked for nobody.
        await RunDry();
        while (_arrived.Reader.TryRead(out var message))
        {
            message.Receipt?.Release();
        }

        Link.Detach();
    }

    private void OnMessage(Incoming incoming, bool receiveAndDelete)
    {
        var message = incoming.Payload.ToArray().ToMessage();
        var locked = !receiveAndDelete && incoming.Tag.Length == 16;
        _arrived.Writer.TryWrite(MessageConverter.Decode(
            message,
            locked ? new Guid(incoming.Tag) : Guid.Empty,
            incoming.Settled ? null : new DeliveryReceipt(Link, incoming.DeliveryId)));
        if (receiveAndDelete && !incoming.Settled)
        {
            Link.SettleNow(incoming.DeliveryId, new Accepted());
        }
    }
}
