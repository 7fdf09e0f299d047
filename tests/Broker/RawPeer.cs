using System.Net;
using System.Net.Sockets;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using FunctionsHosting.Broker.Wire;

namespace Broker.Tests;

/// <summary>A client that says frame by frame what a test wants said.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private static readonly byte[] AmqpHeader = [.. "AMQP"u8, 0, 1, 0, 0];

    private readonly NetworkStream _stream;
    private readonly FrameReader _reader;
    private readonly CancellationTokenSource _limit = new(A.Limit);

    private RawPeer(NetworkStream stream)
    {
        _stream = stream;
        _reader = new(stream, AmqpConnection.OwnMaxFrameSize);
    }

    /// <summary>An open connection under the name "raw".</summary>
    public static async Task<RawPeer> Connect(int port)
    {
        var peer = await Dial(port);
        await peer.Say(AmqpHeader);
        Assert.Equal(AmqpHeader, await peer._reader.ReadProtocolHeader(peer._limit.Token));
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

    public async Task Say(ushort channel, params DescribedList[] performatives)
    {
        var buffer = new ByteBuffer(256, autoGrow: true);
        foreach (var performative in performatives)
        {
            buffer.AppendFrame(FrameType.Amqp, channel, performative);
        }

        await Say(buffer.Written().ToArray());
    }

    /// <summary>Reads up to the first performative of a kind.</summary>
    public async Task<T> Until<T>()
        where T : DescribedList
    {
        while (await _reader.ReadFrame(_limit.Token) is { } frame)
        {
            if (frame.Body.Length > 0 && Performatives.Decode(frame.Body) is T wanted)
            {
                return wanted;
            }
        }

        throw new EndOfStreamException($"The broker hung up before a {typeof(T).Name}.");
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _limit.Dispose();
    }
}
