using System.Threading.Channels;
using Amqp;
using Amqp.Framing;
using Azure.Messaging.ServiceBus;

namespace Functions.Sdk.Amqp;

/// <summary>A receiving link with the messages that arrived over it and were not taken yet.</summary>
internal sealed class Inbox
{
    private readonly Channel<ServiceBusReceivedMessage> _arrived = Channel.CreateUnbounded<ServiceBusReceivedMessage>();

    public Inbox(AmqpSession session, string name, bool receiveAndDelete)
    {
        Link = new(session, name, incoming => OnMessage(incoming, receiveAndDelete)) { Over = _ => _arrived.Writer.TryComplete() };
    }

    public ReceivingLink Link { get; }

    /// <summary>Completes when there is a message (true) or can be none any more (false).</summary>
    public ValueTask<bool> Arrived(CancellationToken cancellation) => _arrived.Reader.WaitToReadAsync(cancellation);

    public IReadOnlyList<ServiceBusReceivedMessage> Take(int max)
    {
        var messages = new List<ServiceBusReceivedMessage>();
        while (messages.Count < max && _arrived.Reader.TryRead(out var message))
        {
            messages.Add(message);
        }

        return messages;
    }

    public async Task Close(CancellationToken cancellation)
    {
        // What is under way to us would be locked for nobody, so the link is run dry first.
        await Link.Drain().WaitAsync(cancellation);
        while (_arrived.Reader.TryRead(out var message))
        {
            message.Receipt?.Release();
        }

        Link.Detach();
    }

    private void OnMessage(Incoming incoming, bool receiveAndDelete)
    {
        var payload = incoming.Payload.ToArray();
        var message = Message.Decode(new ByteBuffer(payload, 0, payload.Length, payload.Length));
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
