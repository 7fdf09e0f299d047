using Amqp.Framing;

namespace FunctionsHosting.Broker.Wire;

/// <summary>One end of an AMQP link.</summary>
internal abstract class AmqpLink
{
    private readonly TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception> _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _detachSent;

    protected AmqpLink(AmqpSession session, string name, bool isReceiver)
    {
        Session = session;
        Name = name;
        IsReceiver = isReceiver;
        Handle = session.Add(this);
        // A refusal may find nobody waiting any more.
        _ = _attached.Task.ContinueWith(static t => _ = t.Exception, TaskContinuationOptions.OnlyOnFaulted);
    }

    public AmqpSession Session { get; }

    public string Name { get; }

    public bool IsReceiver { get; }

    public uint Handle { get; }

    /// <summary>Completes when both ends are attached; faulted with an <see cref="AmqpFault"/> when the peer refuses.</summary>
    public Task Attached => _attached.Task;

    /// <summary>Completes, with the reason, when the link is over, whoever ended it.</summary>
    public Task<Exception> Gone => _gone.Task;

    /// <summary>Ends the link. The peer's answer is awaited by nobody: its handle stays known until then.</summary>
    public void Detach(Error? error = null)
    {
        SendDetach(error);
        OnGone(new AmqpFault("The link was closed."));
    }

    internal void SendAttach(Attach attach)
    {
        attach.LinkName = Name;
        attach.Handle = Handle;
        attach.Role = IsReceiver;
        if (!IsReceiver)
        {
            attach.InitialDeliveryCount = 0;
        }

        Session.Send(attach);
    }

    internal void OnAttach(Attach attach)
    {
        // A peer that refuses attaches without a terminus and detaches right after: that detach carries the reason.
        if ((IsReceiver ? attach.Source : attach.Target) is null)
        {
            return;
        }

        OnPeerAttached(attach);
        _attached.TrySetResult();
    }

    internal void OnDetach(Detach detach)
    {
        SendDetach(error: null);
        Session.Forget(this);
        OnGone(detach.Error is { } error ? new AmqpFault(error) : new AmqpFault("The peer closed the link."));
    }

    internal void OnGone(Exception reason)
    {
        if (_gone.TrySetResult(reason))
        {
            _attached.TrySetException(reason);
            OnOver(reason);
        }
    }

    internal virtual void OnFlow(Flow flow)
    {
    }

    protected virtual void OnPeerAttached(Attach attach)
    {
    }

    protected virtual void OnOver(Exception reason)
    {
    }

    private void SendDetach(Error? error)
    {
        if (Interlocked.Exchange(ref _detachSent, 1) == 0)
        {
            Session.Send(new Detach { Handle = Handle, Closed = true, Error = error });
        }
    }
}

/// <summary>Lives between a refusal and the peer's own detach.</summary>
internal sealed class RefusedLink(AmqpSession session, Attach request) : AmqpLink(session, request.LinkName, !request.Role);
