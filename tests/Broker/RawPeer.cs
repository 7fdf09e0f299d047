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

    /// <summary>An open connection under the name "raw".</summary>
    public static async Task<RawPeer> Connect(int port)
    {
        var peer = await Dial(port);
        await peer.Say(AmqpHeader);
        Assert.Equal(AmqpHeader, await peer.Read(AmqpHeader.Length));
        await peer.Say(0, new Open { ContainerId = "raw", HostName = "localhost" });
        await peer.Until<Open>();
        return peer;
    }

    /// <summary>A TCP connection on which nothing was said.</summary>
    public static async Task<RawPeer> Dial(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
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

    public async Task Say(byte[] bytes) => await _stream.WriteAsync(bytes, _limit.Token);

    public Task Say(ushort channel, params Performative[] performatives) => Say(performatives.SelectMany(performative =>
    {
        var frame = Frame.EncodeCommand(FrameType.Amqp, channel, performative, payloadSize: 0);
        return frame.Buffer.AsSpan(frame.Offset, frame.Length).ToArray();
    }).ToArray());

    /// <summary>Reads up to the first performative of a kind.</summary>
    public async Task<T> Until<T>()
        where T : Performative => (T)(await Frames(static f => f.Command is T)).Command;

    /// <summary>The bytes of the next message, which must fit one frame.</summary>
    public async Task<byte[]> Message() => [.. (await Frames(static f => f.Command is Transfer)).Payload];

    private async Task<Frame> Frames(Func<Frame, bool> wanted)
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
