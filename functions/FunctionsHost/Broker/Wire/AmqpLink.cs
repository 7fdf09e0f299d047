using Amqp.Framing;

namespace FunctionsHosting.Broker.Wire;

/// <summary>Our end of a link that the peer has opened. It has the peer's own handle for it.</summary>
internal abstract class AmqpLink(AmqpSession session, Attach request)
{
    private int _gone;
    private int _detachSent;

    public AmqpSession Session => session;

    public string Name { get; } = request.LinkName;

    public uint Handle { get; } = request.Handle;

    /// <summary>Called once when the link is over, whoever ended it, before the peer hears of it.</summary>
    public Action? Over { get; init; }

    public bool IsGone => Volatile.Read(ref _gone) != 0;

    /// <summary>Ends the link. Its handle stays known until the peer has detached, too.</summary>
    public void Detach(Error error)
    {
        OnGone();
        SendDetach(error);
    }

    internal void SendAttach(Attach attach)
    {
        attach.LinkName = Name;
        attach.Handle = Handle;
        attach.Role = !request.Role;
        if (!attach.Role)
        {
            attach.InitialDeliveryCount = 0;
        }

        session.Send(attach);
    }

    internal void OnDetach()
    {
        OnGone();
        SendDetach(error: null);
    }

    internal void OnGone()
    {
        if (Interlocked.Exchange(ref _gone, 1) == 0)
        {
            Over?.Invoke();
        }
    }

    internal virtual void OnFlow(Flow flow)
    {
    }

    private void SendDetach(Error? error)
    {
        if (Interlocked.Exchange(ref _detachSent, 1) == 0)
        {
            session.Send(new Detach { Handle = Handle, Closed = true, Error = error });
        }
    }
}

/// <summary>Lives between a refusal and the peer's own detach.</summary>
internal sealed class RefusedLink(AmqpSession session, Attach request) : AmqpLink(session, request);
