using System.Buffers;
using Amqp.Framing;

namespace FunctionsHosting.Broker.Wire;

/// <summary>A whole message as it arrived. The payload is valid during the handler's call.</summary>
internal readonly record struct Incoming(uint DeliveryId, byte[] Tag, uint MessageFormat, bool Settled, ReadOnlyMemory<byte> Payload);

/// <summary>The receiving end of a link.</summary>
internal sealed class ReceivingLink(AmqpSession session, string name, Action<Incoming> received, int maxMessageSize = int.MaxValue)
    : AmqpLink(session, name, isReceiver: true)
{
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _parts = new();
    private readonly Dictionary<uint, TaskCompletionSource<DeliveryState?>> _settling = [];
    private Transfer? _first;
    private uint _deliveryCount;
    private uint _limit;
    private uint _restoreTo;
    private TaskCompletionSource? _draining;

    public Action<Exception>? Over { get; set; }

    /// <summary>How many messages the peer may still send.</summary>
    public uint Credit
    {
        get
        {
            lock (_gate)
            {
                return _limit - _deliveryCount;
            }
        }
    }

    /// <summary>Keeps the peer supplied: credit is topped up to <paramref name="credit"/> when half of it is used.</summary>
    public void KeepCredit(uint credit)
    {
        lock (_gate)
        {
            _restoreTo = credit;
            SetLimit(credit, drain: false);
        }
    }

    /// <summary>Lets the peer send <paramref name="more"/> messages beyond what it may already.</summary>
    public void AddCredit(uint more)
    {
        lock (_gate)
        {
            SetLimit(_limit - _deliveryCount + more, drain: false);
        }
    }

    /// <summary>Takes unused credit back; when this completes the peer sends nothing more and all it had sent has been handed over.</summary>
    public Task Drain()
    {
        lock (_gate)
        {
            if (_limit == _deliveryCount || Gone.IsCompleted)
            {
                return Task.CompletedTask;
            }

            _restoreTo = 0;
            _draining ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            SetLimit(_limit - _deliveryCount, drain: true);
            return _draining.Task;
        }
    }

    /// <summary>Gives a delivery its outcome and waits for the peer's own (the last word on whether a lock still held).</summary>
    public Task<DeliveryState?> Settle(uint deliveryId, DeliveryState outcome)
    {
        var settling = new TaskCompletionSource<DeliveryState?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (Gone.IsCompleted)
            {
                return Task.FromException<DeliveryState?>(Gone.Result);
            }

            _settling[deliveryId] = settling;
        }

        Session.Send(new Dispose { Role = true, First = deliveryId, Settled = false, State = outcome });
        return settling.Task;
    }

    /// <summary>The final outcome of a delivery that needs no answer.</summary>
    public void SettleNow(uint deliveryId, DeliveryState outcome) =>
        Session.Send(new Dispose { Role = true, First = deliveryId, Settled = true, State = outcome });

    internal void OnTransfer(Transfer transfer, ReadOnlySpan<byte> payload)
    {
        if (transfer.HasField(9) && transfer.Aborted)
        {
            _first = null;
            _parts.ResetWrittenCount();
            return;
        }

        var first = _first ??= transfer;
        _parts.Write(payload);
        if (_parts.WrittenCount > maxMessageSize)
        {
            _first = null;
            _parts.ResetWrittenCount();
            Detach(new Error("amqp:link:message-size-exceeded") { Description = $"The message is larger than {maxMessageSize} bytes." });
            return;
        }

        if (transfer.More)
        {
            return;
        }

        CountDelivery();
        _first = null;
        if (!Gone.IsCompleted)
        {
            var tag = first.HasField(2) ? first.DeliveryTag : [];
            received(new(first.DeliveryId, tag, first.MessageFormat, first.Settled, _parts.WrittenMemory));
        }

        _parts.ResetWrittenCount();
    }

    internal override void OnFlow(Flow flow)
    {
        lock (_gate)
        {
            if (flow.HasField(8) && flow.Drain && flow.HasField(5))
            {
                _deliveryCount = flow.DeliveryCount;
                _limit = _deliveryCount + flow.LinkCredit;
                EndDrain();
            }
            else if (flow.HasField(9) && flow.Echo)
            {
                SetLimit(_limit - _deliveryCount, drain: false);
            }
        }
    }

    internal void OnDisposition(uint first, uint last, DeliveryState? state, bool settled)
    {
        lock (_gate)
        {
            if (!settled || _settling.Count == 0)
            {
                return;
            }

            for (var id = first; ; id++)
            {
                if (_settling.Remove(id, out var waiting))
                {
                    waiting.TrySetResult(state);
                }

                if (id == last)
                {
                    return;
                }
            }
        }
    }

    protected override void OnPeerAttached(Attach attach)
    {
        lock (_gate)
        {
            var credit = _limit - _deliveryCount;
            _deliveryCount = attach.HasField(9) ? attach.InitialDeliveryCount : 0;
            _limit = _deliveryCount + credit;
        }
    }

    protected override void OnOver(Exception reason)
    {
        lock (_gate)
        {
            foreach (var waiting in _settling.Values)
            {
                waiting.TrySetException(reason);
            }

            _settling.Clear();
            EndDrain();
        }

        Over?.Invoke(reason);
    }

    private void CountDelivery()
    {
        lock (_gate)
        {
            if (_limit == _deliveryCount)
            {
                throw new AmqpFault("amqp:link:transfer-limit-exceeded", $"A transfer on {Name} without credit.");
            }

            _deliveryCount++;
            if (_restoreTo > 0 && _limit - _deliveryCount <= _restoreTo / 2)
            {
                SetLimit(_restoreTo, drain: false);
            }
            else if (_limit == _deliveryCount)
            {
                EndDrain();
            }
        }
    }

    private void SetLimit(uint credit, bool drain)
    {
        _limit = _deliveryCount + credit;
        Session.SendFlow(new Flow { Handle = Handle, DeliveryCount = _deliveryCount, LinkCredit = credit, Drain = drain });
    }

    private void EndDrain()
    {
        _draining?.TrySetResult();
        _draining = null;
    }
}
