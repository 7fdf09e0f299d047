using Amqp.Framing;

namespace FunctionsHosting.Broker.Wire;

/// <summary>
/// Sends deliveries of one session as transfer frames: cut to the peer's frame size, held back while its window is closed. Not thread-safe.
/// </summary>
internal sealed class OutgoingTransfers(AmqpConnection connection, ushort channel)
{
    /// <summary>Room for the frame header and the largest transfer performative.</summary>
    private const int Overhead = 128;

    private readonly Queue<(Transfer Transfer, byte[] Payload)> _waiting = [];
    private uint _peerWindow;

    /// <summary>The transfer id the next frame gets.</summary>
    public uint NextId { get; private set; }

    /// <summary>How many frames the peer takes, counted from a transfer id on.</summary>
    public void SetWindow(uint fromId, uint frames)
    {
        _peerWindow = fromId + frames - NextId;
        while (_peerWindow > 0 && _waiting.TryDequeue(out var next))
        {
            SendNow(next.Transfer, next.Payload);
        }
    }

    /// <param name="first">The first frame's performative; the others repeat only its handle.</param>
    /// <param name="payload">The encoded message.</param>
    public void Send(Transfer first, ReadOnlySpan<byte> payload)
    {
        var chunk = connection.MaxFrameSize - Overhead;
        var transfer = first;
        do
        {
            var part = payload[..Math.Min(chunk, payload.Length)];
            payload = payload[part.Length..];
            transfer.More = !payload.IsEmpty;
            if (_peerWindow == 0 || _waiting.Count > 0)
            {
                _waiting.Enqueue((transfer, part.ToArray()));
            }
            else
            {
                SendNow(transfer, part);
            }

            transfer = new Transfer { Handle = first.Handle };
        }
        while (!payload.IsEmpty);
    }

    /// <summary>Drops what waits for a link that is over.</summary>
    public void Forget(uint handle)
    {
        for (var left = _waiting.Count; left > 0; left--)
        {
            if (_waiting.Dequeue() is var next && next.Transfer.Handle != handle)
            {
                _waiting.Enqueue(next);
            }
        }
    }

    private void SendNow(Transfer transfer, ReadOnlySpan<byte> payload)
    {
        _peerWindow--;
        NextId++;
        connection.Send(channel, transfer, payload);
    }
}
