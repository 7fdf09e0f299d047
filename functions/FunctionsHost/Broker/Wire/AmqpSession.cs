using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace FunctionsHosting.Broker.Wire;

/// <summary>One AMQP session: windows, handles and unsettled deliveries. Incoming frames arrive one at a time; sending is thread-safe.</summary>
internal sealed class AmqpSession(AmqpConnection connection, ushort channel)
{
    private const uint Window = 5000;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, AmqpLink> _byOwnHandle = [];
    private readonly Dictionary<uint, AmqpLink> _byPeerHandle = [];
    private readonly Dictionary<uint, (SendingLink Link, byte[] Tag)> _unsettled = [];
    private readonly OutgoingTransfers _outgoing = new(connection, channel);
    private Exception? _fault;
    private uint _nextDeliveryId;
    private uint _nextIncomingId;
    private uint _ownWindow = Window;

    public AmqpConnection Connection => connection;

    public ushort Channel => channel;

    public ushort? RemoteChannel { get; private set; }

    public bool IsOver => _fault is not null;

    /// <summary>Opens a link and waits until the peer has accepted it.</summary>
    /// <exception cref="AmqpFault">The peer refused it.</exception>
    public async Task<T> Attach<T>(T link, Attach attach, CancellationToken cancellation)
        where T : AmqpLink
    {
        link.SendAttach(attach);
        if (_fault is { } fault)
        {
            link.OnGone(fault);
        }

        try
        {
            await link.Attached.WaitAsync(cancellation);
            return link;
        }
        catch (OperationCanceledException)
        {
            link.Detach();
            throw;
        }
    }

    /// <summary>Accepts a link that the peer asked for; <paramref name="reply"/> carries what the answer says beyond name, handle and role.</summary>
    public void Accept(AmqpLink link, Attach request, Attach reply)
    {
        _byPeerHandle[request.Handle] = link;
        link.OnAttach(request);
        link.SendAttach(reply);
    }

    /// <summary>Refuses a link the way the protocol wants it: an attach without source and target, then a detach with the error.</summary>
    public void Refuse(Attach request, Error error)
    {
        var link = new RefusedLink(this, request);
        _byPeerHandle[request.Handle] = link;
        link.SendAttach(new Attach { InitialDeliveryCount = 0 });
        link.Detach(error);
    }

    public void SendBegin(ushort? remoteChannel)
    {
        var begin = new Begin { NextOutgoingId = _outgoing.NextId, IncomingWindow = Window, OutgoingWindow = Window, HandleMax = uint.MaxValue };
        if (remoteChannel is { } remote)
        {
            begin.RemoteChannel = remote;
        }

        connection.Send(channel, begin);
    }

    public void OnBegin(ushort remoteChannel, Begin begin)
    {
        lock (_gate)
        {
            RemoteChannel = remoteChannel;
            _nextIncomingId = begin.NextOutgoingId;
            _outgoing.SetWindow(fromId: 0, begin.IncomingWindow);
        }
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
            case End end: OnEnd(end); break;
            default: throw new AmqpFault("amqp:not-allowed", $"{performative.Descriptor.Name} inside a session.");
        }
    }

    /// <summary>The connection is over.</summary>
    public void OnEnded(Exception fault)
    {
        _fault = fault;
        foreach (var link in Links())
        {
            link.OnGone(fault);
        }
    }

    internal void Send(DescribedList performative) => connection.Send(channel, performative);

    /// <summary>Gives a new link the lowest free handle; peers limit how high handles may go.</summary>
    internal uint Add(AmqpLink link)
    {
        lock (_gate)
        {
            var handle = 0u;
            while (_byOwnHandle.ContainsKey(handle))
            {
                handle++;
            }

            _byOwnHandle.Add(handle, link);
            return handle;
        }
    }

    internal void Forget(AmqpLink link)
    {
        lock (_gate)
        {
            _byOwnHandle.Remove(link.Handle);
            foreach (var (id, delivery) in _unsettled)
            {
                if (delivery.Link == link)
                {
                    _unsettled.Remove(id);
                }
            }
        }
    }

    /// <summary>Sends a delivery, as soon as the peer's window allows, and returns its delivery id.</summary>
    internal uint SendDelivery(SendingLink link, byte[] tag, ReadOnlySpan<byte> payload, bool settled, uint messageFormat)
    {
        lock (_gate)
        {
            var id = _nextDeliveryId++;
            if (!settled)
            {
                _unsettled.Add(id, (link, tag));
            }

            var transfer = new Transfer
            {
                Handle = link.Handle,
                DeliveryId = id,
                DeliveryTag = tag,
                MessageFormat = messageFormat,
                Settled = settled,
            };
            _outgoing.Send(transfer, payload);
            return id;
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
            connection.Send(channel, flow);
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
        var own = Links().FirstOrDefault(l => l.Name == attach.LinkName && l.IsReceiver != attach.Role && !l.Attached.IsCompleted);
        if (own is null)
        {
            connection.RequestAttach(this, attach);
            return;
        }

        _byPeerHandle[attach.Handle] = own;
        own.OnAttach(attach);
    }

    private void OnDetach(Detach detach)
    {
        Link(detach.Handle).OnDetach(detach);
        _byPeerHandle.Remove(detach.Handle);
    }

    private void OnTransfer(Transfer transfer, ByteBuffer payload)
    {
        lock (_gate)
        {
            _nextIncomingId++;
            _ownWindow--;
        }

        if (Link(transfer.Handle) is not ReceivingLink link)
        {
            throw new AmqpFault("amqp:not-allowed", "A transfer on a link that sends.");
        }

        link.OnTransfer(transfer, payload.Written());
        lock (_gate)
        {
            if (_ownWindow > Window / 2)
            {
                return;
            }

            _ownWindow = Window;
        }

        SendFlow(new Flow());
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
            Link(flow.Handle).OnFlow(flow);
        }
        else if (flow.HasField(9) && flow.Echo)
        {
            SendFlow(new Flow());
        }
    }

    private void OnDisposition(Dispose disposition)
    {
        if (!disposition.Role)
        {
            foreach (var link in Links().OfType<ReceivingLink>())
            {
                link.OnDisposition(disposition.First, disposition.Last, disposition.State, disposition.Settled);
            }

            return;
        }

        // Serial numbers wrap around, so the range is walked, not compared.
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

    private void OnEnd(End end)
    {
        connection.Send(channel, new End());
        connection.Forget(this);
        OnEnded(end.Error is { } error ? new AmqpFault(error) : new AmqpFault("The peer ended the session."));
    }

    private AmqpLink Link(uint peerHandle) =>
        _byPeerHandle.GetValueOrDefault(peerHandle)
        ?? throw new AmqpFault("amqp:session:unattached-handle", $"A frame for handle {peerHandle}, which is not attached.");

    private AmqpLink[] Links()
    {
        lock (_gate)
        {
            return [.. _byOwnHandle.Values];
        }
    }
}
