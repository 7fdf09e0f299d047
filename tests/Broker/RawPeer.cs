using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace Broker.Tests;

/// <summary>A client that says frame by frame what a test wants said.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private static readonly byte[] AmqpHeader = [.. "AMQP"u8, 0, 1, 0, 0];

    private readonly NetworkStream _stream;
    private readonly CancellationTokenSource _limit = new(A.Limit);

    private RawPeer(NetworkStream stream)
    {
        _stream = stream;
    }

    /// <summary>An open connection.</summary>
    public static async Task<RawPeer> Connect(int port, string name = "raw")
    {
        var peer = await Dial(port);
        await peer.Say(AmqpHeader);
        Assert.Equal(AmqpHeader, await peer.Read(AmqpHeader.Length));
        await peer.Say(0, new Open { ContainerId = name, HostName = "localhost" });
        await peer.Until<Open>();
        return peer;
    }

    /// <summary>A TCP connection on which nothing was said.</summary>
    public static async Task<RawPeer> Dial(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new(new NetworkStream(socket, ownsSocket: true));
    }

    public static Begin Begin() => new() { NextOutgoingId = 0, IncomingWindow = 100, OutgoingWindow = 100, HandleMax = 10 };

    /// <summary>The attach of a link that sends to a queue.</summary>
    public static Attach Sends(string queue, uint handle) => new()
    {
        LinkName = $"link-{handle}",
        Handle = handle,
        Role = false,
        InitialDeliveryCount = 0,
        Source = new Source(),
        Target = new Target { Address = queue },
    };

    /// <summary>The attach of a link that receives from a queue.</summary>
    public static Attach Receives(string queue, uint handle) => new()
    {
        LinkName = $"link-{handle}",
        Handle = handle,
        Role = true,
        Source = new Source { Address = queue },
        Target = new Target(),
    };

    /// <param name="handle">The link that may send.</param>
    /// <param name="credit">How many messages, from the first on.</param>
    /// <param name="window">How many frames, from the first of the session on.</param>
    public static Flow Credit(uint handle, uint credit, uint window) => new()
    {
        Handle = handle,
        DeliveryCount = 0,
        LinkCredit = credit,
        NextIncomingId = 0,
        IncomingWindow = window,
        NextOutgoingId = 0,
        OutgoingWindow = 100,
    };

    /// <summary>A frame as it goes over the wire.</summary>
    public static byte[] Encode(ushort channel, Performative performative, byte[]? payload = null)
    {
        var frame = Frame.EncodeCommand(FrameType.Amqp, channel, performative, payload?.Length ?? 0);
        return [.. frame.Buffer.AsSpan(frame.Offset, frame.Length), .. payload ?? []];
    }

    /// <summary>The transfer of a message, or of its next part.</summary>
    public static byte[] Transfer(ushort channel, uint handle, uint id, byte[] message, bool more = false) => Encode(
        channel,
        new Transfer { Handle = handle, DeliveryId = id, DeliveryTag = BitConverter.GetBytes(id), MessageFormat = 0, Settled = false, More = more },
        message);

    public async Task Say(byte[] bytes) => await _stream.WriteAsync(bytes, _limit.Token);

    public Task Say(ushort channel, params Performative[] performatives) => Say([.. performatives.SelectMany(p => Encode(channel, p))]);

    /// <summary>Says no more, but goes on listening.</summary>
    public void HangUp() => _stream.Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads up to the first performative of a kind.</summary>
    public async Task<T> Until<T>()
        where T : Performative => (T)(await Frames(static f => f.Command is T)).Command;

    /// <summary>The bytes of the next message, which must fit one frame.</summary>
    public async Task<byte[]> Message() => [.. (await Frames(static f => f.Command is Transfer)).Payload];

    /// <summary>Reads whatever comes.</summary>
    /// <exception cref="IOException">Which the broker does in the end.</exception>
    public async Task UntilItHangsUp()
    {
        while (true)
        {
            await Read(1);
        }
    }

    /// <summary>Reads up to the first frame that is wanted.</summary>
    /// <exception cref="IOException">The broker hung up.</exception>
    public async Task<Frame> Frames(Func<Frame, bool> wanted)
    {
        while (true)
        {
            var size = await Read(sizeof(int));
            var body = await Read(BinaryPrimitives.ReadInt32BigEndian(size) - size.Length);
            var frame = new Frame();
            frame.Decode(new ByteBuffer([.. size, .. body], 0, size.Length + body.Length));
            if (wanted(frame))
            {
                return frame;
            }
        }
    }

    /// <exception cref="EndOfStreamException">The broker hung up.</exception>
    private async Task<byte[]> Read(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, _limit.Token);
        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _limit.Dispose();
    }
}
