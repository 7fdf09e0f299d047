using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Azure.Amqp.Sasl;
using Microsoft.Azure.Amqp.Transport;

namespace FunctionsHosting.Broker.Edge;

/// <summary>One client's connection: what Microsoft's AMQP library does with it, and what we want said of it.</summary>
internal sealed class ClientConnection : AmqpConnection, ISessionFactory, IAsyncDisposable
{
    private static readonly AmqpSettings Protocols = AcceptedProtocols();
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The protocol's smallest. In less a message might not go out at all, and fail whoever sent it.</summary>
    private const uint SmallestFrame = 512;

    private const byte FlowCode = 0x13;
    private const byte TransferCode = 0x14;
    private const byte DispositionCode = 0x15;

    private readonly SocketTransport _socket;
    private readonly LinkRouter _router;
    private readonly HashSet<ushort> _channels = [];
    private readonly List<Action> _afterwards = [];
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ClientConnection(SocketTransport socket, TransportBase negotiated, ProtocolHeader header, LinkRouter router)
        : base(negotiated, header, isInitiator: false, Protocols, Terms())
    {
        _socket = socket;
        _router = router;
        socket.AllHandled = FinishTogether;
        Opening += (_, _) =>
        {
            if (Settings.MaxFrameSize < SmallestFrame)
            {
                throw new AmqpException(AmqpErrorCode.FrameSizeTooSmall, $"Frames of {Settings.MaxFrameSize} bytes; allowed: {SmallestFrame} and more.");
            }
        };
    }

    /// <summary>Completes when either side begins to end the connection: with the fault, or null for a close.</summary>
    public Task<Exception?> Ended => _ended.Task;

    public string PeerName => Settings.RemoteContainerId ?? "";

    /// <summary>
    /// Held while a delivery is handed to the library, which looks at it once more when its frame has gone: if the peer had settled it by then,
    /// the library would make an acceptance of that, whatever it was. So no frame is handled before.
    /// </summary>
    public Lock Sending { get; } = new();

    /// <summary>
    /// Does something once what came together with the frame at hand has been handled, too: never later than the connection waits for more, or than a
    /// frame is handled that opens or ends something.
    /// </summary>
    /// <param name="finish">Must not throw.</param>
    public void Afterwards(Action finish) => _afterwards.Add(finish);

    /// <param name="socket">Before any byte of the protocol.</param>
    /// <param name="router">For the links that the client will open.</param>
    /// <param name="cancellation">Ends the handshake.</param>
    /// <exception cref="AmqpException">The peer does not speak AMQP 1.0.</exception>
    public static async Task<ClientConnection> Accept(SocketTransport socket, LinkRouter router, CancellationToken cancellation)
    {
        var negotiated = new TaskCompletionSource<ClientConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        var door = new Door();
        new AmqpTransportListener([door], Protocols).Listen(
            (_, args) => negotiated.TrySetResult(new(socket, args.Transport, (ProtocolHeader)args.UserToken, router)));
        door.Enter(socket);
        await Task.WhenAny(negotiated.Task, socket.Ended).WaitAsync(cancellation);
        if (!negotiated.Task.IsCompleted)
        {
            throw (socket.TerminalException ?? socket.Fault) switch
            {
                null or ObjectDisposedException => new IOException("The peer's handshake was broken off."),
                var known when known is AmqpException or IOException or SocketException => known,
                var tripped => new AmqpException(AmqpErrorCode.DecodeError, $"A handshake that cannot be read: {tripped.Message}"),
            };
        }

        var connection = await negotiated.Task;
        var opened = connection.OpenAsync(cancellation);
        if (await Task.WhenAny(opened, connection.Ended) == connection.Ended)
        {
            throw await connection.Ended ?? new IOException("The peer closed what it had not opened.");
        }

        await opened;
        return connection;
    }

    /// <summary>Tells the peer, if that is still to be done, and gives it a while to answer.</summary>
    public async ValueTask DisposeAsync()
    {
        // Not SafeClose, which forgets why the connection ends when that is being said.
        _ = CloseAsync(CloseTimeout);
        await _socket.Ended.WaitAsync(CloseTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Abort();
    }

    AmqpSession ISessionFactory.CreateSession(AmqpConnection connection, AmqpSessionSettings settings)
    {
        _channels.Add(settings.RemoteChannel!.Value);
        settings.NextOutgoingId = 0;
        settings.IgnoreMissingLinks = true;
        return _router.Watch(new ClientSession(this, settings, _router));
    }

    protected override void OnFrameBuffer(ByteBuffer buffer)
    {
        lock (Sending)
        {
            // Only to wait; see there.
        }

        var frame = buffer.Buffer.AsSpan(buffer.Offset, buffer.Length);
        var command = frame.Length < Frame.HeaderSize ? 0 : frame[4] * 4;
        if (command < Frame.HeaderSize || command > frame.Length)
        {
            throw new AmqpException(AmqpErrorCode.FramingError, $"A frame of {frame.Length} bytes without a proper header.");
        }

        if (command < frame.Length)
        {
            EncodedValue.End(frame, command);
            // The library can ignore frames of sessions that are over, which clients do send, only together with those of sessions that never were.
            if (frame[command..] is [0x00, 0x53, >= 0x12 and <= 0x17, ..]
                && BinaryPrimitives.ReadUInt16BigEndian(frame[6..]) is var channel && !_channels.Contains(channel))
            {
                throw new AmqpException(AmqpErrorCode.FramingError, $"A frame on channel {channel}, which has no session.");
            }
        }

        if (frame[command..] is not [0x00, 0x53, FlowCode or TransferCode or DispositionCode, ..])
        {
            FinishTogether();
        }

        try
        {
            base.OnFrameBuffer(buffer);
        }
        catch (Exception wrong) when (wrong is not AmqpException)
        {
            throw new AmqpException(AmqpErrorCode.DecodeError, $"A frame that cannot be read: {wrong.Message}");
        }
    }

    protected override bool CloseInternal()
    {
        _ended.TrySetResult(TerminalException);
        return base.CloseInternal();
    }

    protected override void AbortInternal()
    {
        _ended.TrySetResult(TerminalException);
        base.AbortInternal();
    }

    private void FinishTogether()
    {
        foreach (var finish in _afterwards)
        {
            finish();
        }

        _afterwards.Clear();
    }

    /// <summary>
    /// Access is decided by $cbs tokens afterwards, so every mechanism is anonymous. Microsoft's .NET clients ask for MSSBCBS, which is the same
    /// exchange.
    /// </summary>
    private static AmqpSettings AcceptedProtocols()
    {
        var sasl = new SaslTransportProvider { Versions = { new AmqpVersion(1, 0, 0) } };
        foreach (var mechanism in (string[])["MSSBCBS", "ANONYMOUS", "PLAIN"])
        {
            sasl.AddHandler(new SaslAnonymousHandler(mechanism));
        }

        return new() { TransportProviders = { sasl, new AmqpTransportProvider { Versions = { new AmqpVersion(1, 0, 0) } } } };
    }

    private static AmqpConnectionSettings Terms() => new()
    {
        ContainerId = "localhost-servicebus",
        ChannelMax = ushort.MaxValue - 1,
        IdleTimeOut = (uint)LongestSilence.TotalMilliseconds,
        MinIdleTimeout = 0,
        IgnoreMissingSessions = true,
    };

    /// <summary>What a client still says in a session that we have ended, before it hears of that, means nothing.</summary>
    private sealed class ClientSession(AmqpConnection connection, AmqpSessionSettings settings, ILinkFactory links)
        : AmqpSession(connection, settings, links)
    {
        public override void ProcessFrame(Frame frame)
        {
            if (!IsClosing() || frame.Command is End)
            {
                base.ProcessFrame(frame);
            }
        }
    }

    /// <summary>Where the library looks for those who come in.</summary>
    private sealed class Door() : TransportListener("door")
    {
        public void Enter(SocketTransport socket)
        {
            socket.Open();
            OnTransportAccepted(new() { Transport = socket });
        }

        protected override void OnListen()
        {
        }
    }
}
