using System.Buffers.Binary;
using Amqp.Framing;

namespace FunctionsHosting.Broker.Wire;

/// <summary>Sends over a link as its credit allows, in order; what exceeds it waits.</summary>
internal sealed class CreditedSender
{
    private readonly Lock _gate = new();
    private readonly Queue<Pending> _waiting = [];
    private readonly Dictionary<uint, TaskCompletionSource<DeliveryState?>> _unsettled = [];
    private uint _sent;
    private uint _limit;

    public CreditedSender(AmqpSession session, string name)
    {
        Link = new(session, name) { FlowReceived = OnFlow, OutcomeReceived = OnOutcome, Over = OnOver };
    }

    public SendingLink Link { get; }

    /// <summary>Completes with the peer's outcome; at once with null for a settled delivery.</summary>
    /// <exception cref="AmqpFault">The link ended before there was an outcome.</exception>
    public Task<DeliveryState?> Send(ReadOnlyMemory<byte> payload, bool settled, uint messageFormat = 0)
    {
        var outcome = new TaskCompletionSource<DeliveryState?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (Link.Gone.IsCompleted)
            {
                return Task.FromException<DeliveryState?>(Link.Gone.Result);
            }

            _waiting.Enqueue(new(payload, settled, messageFormat, outcome));
            SendWaiting();
        }

        return outcome.Task;
    }

    private void OnFlow(Flow flow)
    {
        lock (_gate)
        {
            _limit = (flow.HasField(5) ? flow.DeliveryCount : 0) + (flow.HasField(6) ? flow.LinkCredit : 0);
            SendWaiting();
            if (flow.HasField(8) && flow.Drain)
            {
                _sent = _limit;
                Link.SendFlow(_sent, credit: 0, drained: true);
            }
            else if (flow.HasField(9) && flow.Echo)
            {
                Link.SendFlow(_sent, _limit - _sent, drained: false);
            }
        }
    }

    private void OnOutcome(uint deliveryId, byte[] tag, DeliveryState? state, bool settled)
    {
        TaskCompletionSource<DeliveryState?>? outcome;
        lock (_gate)
        {
            _unsettled.Remove(BinaryPrimitives.ReadUInt32BigEndian(tag), out outcome);
        }

        if (!settled)
        {
            Link.Session.Settle(deliveryId, state ?? new Accepted());
        }

        outcome?.TrySetResult(state);
    }

    private void OnOver(Exception reason)
    {
        lock (_gate)
        {
            foreach (var outcome in _unsettled.Values.Concat(_waiting.Select(w => w.Outcome)))
            {
                outcome.TrySetException(reason);
            }

            _unsettled.Clear();
            _waiting.Clear();
        }
    }

    private void SendWaiting()
    {
        while ((int)(_limit - _sent) > 0 && _waiting.TryDequeue(out var next))
        {
            var number = _sent++;
            var tag = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(tag, number);
            if (!next.Settled)
            {
                _unsettled.Add(number, next.Outcome);
            }

            Link.Send(tag, next.Payload.Span, next.Settled, next.MessageFormat);
            if (next.Settled)
            {
                next.Outcome.SetResult(null);
            }
        }
    }

    private sealed record Pending(ReadOnlyMemory<byte> Payload, bool Settled, uint MessageFormat, TaskCompletionSource<DeliveryState?> Outcome);
}
