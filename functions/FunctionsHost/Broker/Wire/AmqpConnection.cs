using System.Net.Sockets;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace FunctionsHosting.Broker.Wire;

/// <summary>
/// One AMQP 1.0 connection, as the side that listens. One task reads and calls the links' handlers in the order of the frames; one task writes;
/// any thread may send.
/// </summary>
internal sealed class AmqpConnection : IAsyncDisposable
{
    public const int OwnMaxFrameSize = 64 * 1024;
    private const uint SmallestMaxFrameSize = 512;
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(1);

    private readonly Stream _stream;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private readonly IdleWatch _idle;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Held while a frame is handled: the connection ends before a frame or after it, so that no link is opened on what is over.</summary>
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, AmqpSession> _sessions = [];
    private readonly HashSet<ushort> _endedChannels = [];
    private readonly Action<AmqpSession, Attach> _attachRequested;
    private Task _loops = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private Task _teardown = Task.CompletedTask;
    private bool _closeSent;
    private bool _over;

    private AmqpConnection(Stream stream, Action<AmqpSession, Attach> attachRequested)
    {
        _stream = stream;
        _reader = new(stream, OwnMaxFrameSize);
        _writer = new(stream);
        _idle = new(_writer);
        _attachRequested = attachRequested;
    }

    /// <summary>Completes when the connection is over: null after an orderly close, else the fault.</summary>
    public Task<Exception?> Closed => _closed.Task;

    /// <summary>The peer's own name for itself.</summary>
    public string PeerName { get; private set; } = "";

    /// <summary>The largest frame the peer takes, in bytes.</summary>
    public int MaxFrameSize { get; private set; } = OwnMaxFrameSize;

    /// <param name="stream">Before any byte of the protocol.</param>
    /// <param name="containerId">Our name to the peer.</param>
    /// <param name="attachRequested">
    /// Called for each link the peer opens; it answers with <see cref="AmqpSession.Accept"/> or <see cref="AmqpSession.Refuse"/>.
    /// </param>
    /// <param name="cancellation">Ends the handshake.</param>
    /// <exception cref="AmqpFault">The peer does not speak AMQP 1.0, or hung up.</exception>
    public static async Task<AmqpConnection> Listen(
        Stream stream, string containerId, Action<AmqpSession, Attach> attachRequested, CancellationToken cancellation)
    {
        var connection = new AmqpConnection(stream, attachRequested);
        await SaslHandshake.Accept(stream, connection._reader, cancellation);
        connection._writer.Append(0, new Open
        {
            ContainerId = containerId,
            MaxFrameSize = OwnMaxFrameSize,
            ChannelMax = ushort.MaxValue - 1,
            IdleTimeOut = (uint)IdleWatch.Timeout.TotalMilliseconds,
        });
        await connection.Start(cancellation);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        SendClose(error: null);
        await ((Task)_closed.Task).WaitAsync(CloseTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        End(fault: null);
        await _teardown;
        await _loops;
    }

    internal void Send(ushort channel, DescribedList performative, ReadOnlySpan<byte> payload = default) =>
        _writer.Append(channel, performative, payload);

    /// <summary>Reads the peer's open, which may still be refused, and begins to read and write on its own.</summary>
    private async Task Start(CancellationToken cancellation)
    {
        _writing = Guard(_writer.Run(_ended.Token));
        uint peerIdle;
        try
        {
            peerIdle = await ReadOpen(cancellation);
        }
        catch (Exception fault)
        {
            End(fault);
            throw;
        }

        _loops = Task.WhenAll(Guard(_idle.Run(peerIdle, _ended.Token)), Guard(ReadLoop()));
    }

    /// <summary>Returns the peer's idle time-out in milliseconds.</summary>
    private async Task<uint> ReadOpen(CancellationToken cancellation)
    {
        var frame = await _reader.ReadFrame(cancellation) ?? throw new AmqpFault("The peer hung up before it opened the connection.");
        switch (Performatives.Decode(frame.Body))
        {
            case Open open:
                PeerName = open.ContainerId;
                MaxFrameSize = (int)Math.Clamp(open.MaxFrameSize, SmallestMaxFrameSize, OwnMaxFrameSize);
                return open.IdleTimeOut;
            case Close { Error: { } error }:
                throw new AmqpFault(error);
            case var other:
                throw new AmqpFault("amqp:not-allowed", $"The peer sent {other.Descriptor.Name} where an open belongs.");
        }
    }

    private async Task ReadLoop()
    {
        while (await _reader.ReadFrame(_ended.Token) is { } frame)
        {
            _idle.SawFrame();
            if (frame.Body.Length == 0)
            {
                continue;
            }

            var performative = Performatives.Decode(frame.Body);
            if (performative is Close close)
            {
                SendClose(error: null);
                End(close.Error is { } error ? new AmqpFault(error) : null);
                return;
            }

            lock (_gate)
            {
                if (!_over)
                {
                    Dispatch(frame.Channel, performative, frame.Body);
                }
            }
        }

        throw new AmqpFault("The peer hung up.");
    }

    private void Dispatch(ushort channel, DescribedList performative, ByteBuffer payload)
    {
        if (performative is Begin begin)
        {
            OnBegin(channel, begin);
        }
        else if (_sessions.TryGetValue(channel, out var session))
        {
            session.OnFrame(performative, payload);
            if (session.IsOver)
            {
                _sessions.Remove(channel);
                _endedChannels.Add(channel);
            }
        }
        else if (!_endedChannels.Contains(channel))
        {
            throw new AmqpFault("amqp:connection:framing-error", $"A frame on channel {channel}, which has no session.");
        }

        // Else the frame is late: clients end a session while other threads of theirs still detach, settle or give credit on it.
    }

    /// <summary>Sessions are only begun by the peer, and ours answers on the peer's own channel number.</summary>
    private void OnBegin(ushort channel, Begin begin)
    {
        if (begin.HasField(0) || _sessions.ContainsKey(channel))
        {
            throw new AmqpFault("amqp:not-allowed", $"A begin on channel {channel}, which has a session already or answers none of ours.");
        }

        _endedChannels.Remove(channel);
        _sessions.Add(channel, new AmqpSession(this, channel, begin, _attachRequested));
    }

    private async Task Guard(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The end of the connection has been reported by whoever ended it.
        }
        catch (Exception fault)
        {
            if (Told(fault) is { } error)
            {
                SendClose(error);
            }

            End(fault);
        }
    }

    /// <summary>What the peer is told of a fault; null when it has gone.</summary>
    private static Error? Told(Exception fault) => fault switch
    {
        AmqpFault { Condition: { } condition } => new Error(condition) { Description = fault.Message },
        AmqpFault or IOException or SocketException => null,
        _ => new Error("amqp:internal-error") { Description = fault.Message },
    };

    private void SendClose(Error? error)
    {
        lock (_gate)
        {
            if (_closeSent)
            {
                return;
            }

            _closeSent = true;
        }

        _writer.Append(0, new Close { Error = error });
        _writer.Complete();
    }

    private void End(Exception? fault)
    {
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _over = true;
            foreach (var session in _sessions.Values)
            {
                session.OnOver();
            }

            _sessions.Clear();
        }

        _teardown = TearDown();
        _closed.TrySetResult(fault);
    }

    private async Task TearDown()
    {
        _writer.Complete();
        await _writing.WaitAsync(FlushTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ended.CancelAsync();
        await _stream.DisposeAsync();
    }
}
