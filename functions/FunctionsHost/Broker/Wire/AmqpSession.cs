using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace FunctionsHosting.Broker.Wire;

/// <summary>
/// One AMQP session: windows, links and unsettled deliveries. Incoming frames arrive one at a time; sending is thread-safe.
/// </summary>
internal sealed class AmqpSession
{
    private const uint Window = 5000;

    private readonly AmqpConnection _connection;
    private readonly ushort _channel;
    private readonly Action<AmqpSession, Attach> _attachRequested;
    private readonly Dictionary<uint, AmqpLink> _links = [];
    private readonly HashSet<uint> _detachedHandles = [];

    /// <summary>Guards what sending changes.</summary>
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, (SendingLink Link, byte[] Tag)> _unsettled = [];
    private readonly OutgoingTransfers _outgoing;
    private uint _nextDeliveryId;
    private uint _nextIncomingId;
    private uint _ownWindow = Window;

    /// <param name="connection">What the peer began the session on; it is answered at once.</param>
    /// <param name="channel">The peer's channel, and ours.</param>
    /// <param name="begin">The peer's begin.</param>
    /// <param name="attachRequested">Called for each link the peer opens.</param>
    public AmqpSession(AmqpConnection connection, ushort channel, Begin begin, Action<AmqpSession, Attach> attachRequested)
    {
        _connection = connection;
        _channel = channel;
        _attachRequested = attachRequested;
        _outgoing = new(connection, channel);
        _nextIncomingId = begin.NextOutgoingId;
        _outgoing.SetWindow(fromId: 0, begin.IncomingWindow);
        Send(new Begin
        {
            RemoteChannel = channel,
            NextOutgoingId = _outgoing.NextId,
            IncomingWindow = Window,
            OutgoingWindow = Window,
            HandleMax = uint.MaxValue,
        });
    }

    public bool IsOver { get; private set; }

    /// <summary>Accepts a link that the peer asked for; <paramref name="reply"/> carries what the answer says beyond name, handle and role.</summary>
    public void Accept(AmqpLink link, Attach reply)
    {
        _links.Add(link.Handle, link);
        link.SendAttach(reply);
    }

    /// <summary>Refuses a link the way the protocol wants it: an attach without source and target, then a detach with the error.</summary>
    public void Refuse(Attach request, Error error)
    {
        var link = new RefusedLink(this, request);
        Accept(link, new Attach());
        link.Detach(error);
    }

    public void OnFrame(DescribedList performative, ByteBuffer payload)
    {
        switch (performative)
        {
            case Transfer transfer: OnTransfer(transfer, payload); break;
            case Dispose disposition: OnDisposition(disposition); break;
            case Flow flow: OnFlow(flow); break;
            case Attach attach: OnAttach(attach); break;
            case Detach detach: OnDetach(detach); break;
            case End: OnEnd(); break;
            default: throw new AmqpFault("amqp:not-allowed", $"{performative.Descriptor.Name} inside a session.");
        }
    }

    /// <summary>The session is over, and with it every link.</summary>
    public void OnOver()
    {
        IsOver = true;
        foreach (var link in _links.Values)
        {
            link.OnGone();
        }
    }

    internal void Send(DescribedList performative) => _connection.Send(_channel, performative);

    /// <summary>Sends a delivery, as soon as the peer's window allows.</summary>
    internal void SendDelivery(SendingLink link, byte[] tag, ReadOnlySpan<byte> payload, bool settled)
    {
        lock (_gate)
        {
            var id = _nextDeliveryId++;
            if (!settled)
            {
                _unsettled.Add(id, (link, tag));
            }

            _outgoing.Send(new Transfer { Handle = link.Handle, DeliveryId = id, DeliveryTag = tag, MessageFormat = 0, Settled = settled }, payload);
        }
    }

    internal void SendFlow(Flow flow)
    {
        lock (_gate)
        {
            flow.NextIncomingId = _nextIncomingId;
            flow.IncomingWindow = _ownWindow;
            flow.NextOutgoingId = _outgoing.NextId;
            flow.OutgoingWindow = Window;
            Send(flow);
        }
    }

    /// <summary>Settles a delivery of ours that the peer has only given an outcome.</summary>
    internal void Settle(uint deliveryId, DeliveryState state)
    {
        lock (_gate)
        {
            _unsettled.Remove(deliveryId);
        }

        Send(new Dispose { Role = false, First = deliveryId, Settled = true, State = state });
    }

    private void OnAttach(Attach attach)
    {
        if (_links.ContainsKey(attach.Handle))
        {
            throw new AmqpFault("amqp:session:handle-in-use", $"An attach for handle {attach.Handle}, which is attached.");
        }

        _detachedHandles.Remove(attach.Handle);
        _attachRequested(this, attach);
    }

    private void OnDetach(Detach detach)
    {
        if (Link(detach.Handle) is not { } link)
        {
            return;
        }

        _links.Remove(detach.Handle);
        _detachedHandles.Add(detach.Handle);
        link.OnDetach();
        lock (_gate)
        {
            _outgoing.Forget(detach.Handle);
            foreach (var (id, delivery) in _unsettled)
            {
                if (delivery.Link == link)
                {
                    _unsettled.Remove(id);
                }
            }
        }
    }

    private void OnTransfer(Transfer transfer, ByteBuffer payload)
    {
        _nextIncomingId++;
        _ownWindow--;
        switch (Link(transfer.Handle))
        {
            case ReceivingLink link: link.OnTransfer(transfer, payload.Written()); break;
            case SendingLink: throw new AmqpFault("amqp:not-allowed", "A transfer on a link that sends.");
        }

        if (_ownWindow <= Window / 2)
        {
            _ownWindow = Window;
            SendFlow(new Flow());
        }
    }

    private void OnFlow(Flow flow)
    {
        lock (_gate)
        {
            // Before the peer has seen our begin it cannot know our first id, which is 0.
            _outgoing.SetWindow(flow.HasField(0) ? flow.NextIncomingId : 0, flow.IncomingWindow);
        }

        if (flow.HasHandle)
        {
            Link(flow.Handle)?.OnFlow(flow);
        }
        else if (flow.HasField(9) && flow.Echo)
        {
            SendFlow(new Flow());
        }
    }

    private void OnDisposition(Dispose disposition)
    {
        // What the peer says of its own deliveries is no news: they were settled as they came.
        if (!disposition.Role)
        {
            return;
        }

        // Serial numbers wrap around, so the range is walked, not compared. Deliveries of detached links are not known any more.
        for (var id = disposition.First; ; id++)
        {
            (SendingLink Link, byte[] Tag) delivery;
            lock (_gate)
            {
                if (_unsettled.TryGetValue(id, out delivery) && disposition.Settled)
                {
                    _unsettled.Remove(id);
                }
            }

            delivery.Link?.OnDisposition(id, delivery.Tag, disposition.State, disposition.Settled);
            if (id == disposition.Last)
            {
                return;
            }
        }
    }

    private void OnEnd()
    {
        OnOver();
        Send(new End());
    }

    /// <summary>
    /// The link of a handle; null when it was detached: clients detach a link while other threads of theirs still use it, and such late frames mean
    /// nothing any more.
    /// </summary>
    private AmqpLink? Link(uint handle)
    {
        if (_links.TryGetValue(handle, out var link))
        {
            return link;
        }

        return _detachedHandles.Contains(handle)
            ? null
            : throw new AmqpFault("amqp:session:unattached-handle", $"A frame for handle {handle}, which is not attached.");
    }
}
