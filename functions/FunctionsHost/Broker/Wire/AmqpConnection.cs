using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace FunctionsHosting.Broker.Wire;

/// <summary>
/// One AMQP 1.0 connection, as the side that connects or the side that listens. One task reads and calls the links' handlers in the order of
/// the frames; one task writes; any thread may send.
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
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, AmqpSession> _local = [];
    private readonly Dictionary<ushort, AmqpSession> _remote = [];
    private readonly Action<AmqpSession, Attach>? _attachRequested;
    private Task _loops = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private Task _teardown = Task.CompletedTask;
    private bool _closeSent;
    private bool _over;

    private AmqpConnection(Stream stream, Action<AmqpSession, Attach>? attachRequested)
    {
        _stream = stream;
        _reader = new(stream, OwnMaxFrameSize);
        _writer = new(stream);
        _idle = new(_writer);
        _attachRequested = attachRequested;
    }

    /// <summary>Completes when the connection is over: null after an orderly close, else the fault.</summary>
    public Task<Exception?> Closed => _closed.Task;

    /// <summary>The largest frame the peer takes, in bytes.</summary>
    public int MaxFrameSize { get; private set; } = OwnMaxFrameSize;

    public static async Task<AmqpConnection> Connect(Stream stream, string hostName, string containerId, CancellationToken cancellation)
    {
        var connection = new AmqpConnection(stream, attachRequested: null);
        await SaslHandshake.Connect(stream, connection._reader, hostName, cancellation);
        connection._writer.Append(0, OwnOpen(containerId, hostName));
        await connection.Start(cancellation);
        return connection;
    }

    /// <param name="stream">Before any byte of the protocol.</param>
    /// <param name="containerId">Our name to the peer.</param>
    /// <param name="attachRequested">
    /// Called for each link the peer opens; it answers with <see cref="AmqpSession.Accept"/> or <see cref="AmqpSession.Refuse"/>.
    /// </param>
    /// <param name="cancellation">Ends the handshake.</param>
    public static async Task<AmqpConnection> Listen(
        Stream stream, string containerId, Action<AmqpSession, Attach> attachRequested, CancellationToken cancellation)
    {
        var connection = new AmqpConnection(stream, attachRequested);
        await SaslHandshake.Accept(stream, connection._reader, cancellation);
        connection._writer.Append(0, OwnOpen(containerId, hostName: null));
        await connection.Start(cancellation);
        return connection;
    }

    public AmqpSession OpenSession()
    {
        lock (_gate)
        {
            var session = AddSession();
            session.SendBegin(remoteChannel: null);
            if (_over)
            {
                session.OnEnded(new AmqpFault("The connection was closed."));
            }

            return session;
        }
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

    internal void Forget(AmqpSession session)
    {
        lock (_gate)
        {
            _local.Remove(session.Channel);
            if (session.RemoteChannel is { } remote)
            {
                _remote.Remove(remote);
            }
        }
    }

    internal void RequestAttach(AmqpSession session, Attach attach)
    {
        if (_attachRequested is null)
        {
            session.Refuse(attach, new Error("amqp:not-allowed") { Description = "This container accepts no links." });
        }
        else
        {
            _attachRequested(session, attach);
        }
    }

    private static Open OwnOpen(string containerId, string? hostName)
    {
        var open = new Open
        {
            ContainerId = containerId,
            MaxFrameSize = OwnMaxFrameSize,
            ChannelMax = ushort.MaxValue - 1,
            IdleTimeOut = (uint)IdleWatch.Timeout.TotalMilliseconds,
        };
        if (hostName is not null)
        {
            open.HostName = hostName;
        }

        return open;
    }

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
                MaxFrameSize = (int)Math.Clamp(open.MaxFrameSize, SmallestMaxFrameSize, OwnMaxFrameSize);
                return open.IdleTimeOut;
            case Close { Error: { } error }:
                throw new AmqpFault(error);
            case var other:
                throw new AmqpFault($"The peer sent {other.Descriptor.Name} where an open belongs.");
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

            Dispatch(frame.Channel, performative, frame.Body);
        }

        throw new AmqpFault("The peer hung up.");
    }

    private void Dispatch(ushort channel, DescribedList performative, ByteBuffer payload)
    {
        if (performative is Begin begin)
        {
            OnBegin(channel, begin);
            return;
        }

        AmqpSession? session;
        lock (_gate)
        {
            session = _remote.GetValueOrDefault(channel);
        }

        if (session is null)
        {
            throw new AmqpFault("amqp:connection:framing-error", $"A frame on channel {channel}, which has no session.");
        }

        session.OnFrame(performative, payload);
    }

    private void OnBegin(ushort channel, Begin begin)
    {
        lock (_gate)
        {
            if (begin.HasField(0))
            {
                var session = _local.GetValueOrDefault(begin.RemoteChannel)
                    ?? throw new AmqpFault("amqp:not-found", $"A begin that answers channel {begin.RemoteChannel}, which is not open.");
                _remote[channel] = session;
                session.OnBegin(channel, begin);
            }
            else
            {
                var session = AddSession();
                _remote[channel] = session;
                session.OnBegin(channel, begin);
                session.SendBegin(channel);
            }
        }
    }

    private AmqpSession AddSession()
    {
        ushort channel = 0;
        while (_local.ContainsKey(channel))
        {
            channel++;
        }

        var session = new AmqpSession(this, channel);
        _local.Add(channel, session);
        return session;
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
            if (fault is AmqpFault { Condition: { } condition })
            {
                SendClose(new Error(condition) { Description = fault.Message });
            }

            End(fault);
        }
    }

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
        AmqpSession[] sessions;
        lock (_gate)
        {
            if (_over)
            {
                return;
            }

            _over = true;
            sessions = [.. _local.Values];
            _local.Clear();
            _remote.Clear();
        }

        foreach (var session in sessions)
        {
            session.OnEnded(fault ?? new AmqpFault("The connection was closed."));
        }

        _closed.TrySetResult(fault);
        _teardown = TearDown();
    }

    private async Task TearDown()
    {
        _writer.Complete();
        await _writing.WaitAsync(FlushTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ended.CancelAsync();
        await _stream.DisposeAsync();
    }
}
