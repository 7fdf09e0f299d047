using System.Net;
using System.Net.Sockets;
using FunctionsHosting.Broker.Edge;
using Microsoft.Azure.Amqp;

namespace FunctionsHosting.Broker;

/// <summary>Speaks AMQP 1.0 for a broker, on the loopback interface only. Disposing it ends its connections, not the broker.</summary>
public sealed partial class AmqpEdge : IAsyncDisposable
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AfterFault = TimeSpan.FromMilliseconds(100);

    private readonly TcpListener _listener;
    private readonly ServiceBusBroker _broker;
    private readonly bool _requireKey;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, Socket> _connections = [];
    private readonly Task _accepting;

    private AmqpEdge(TcpListener listener, ServiceBusBroker broker, bool requireKey, ILogger log)
    {
        (_listener, _broker, _requireKey, _log) = (listener, broker, requireKey, log);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _accepting = AcceptConnections();
    }

    public int Port { get; }

    /// <summary>The connection string that clients use, in the official emulator's form.</summary>
    public string ConnectionString =>
        $"Endpoint=sb://127.0.0.1:{Port};SharedAccessKeyName={TokenGate.KeyName};SharedAccessKey={TokenGate.Key};UseDevelopmentEmulator=true;";

    /// <param name="broker">The queues to offer.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="requireKey">Whether a client must have the key of <see cref="ConnectionString"/>; otherwise any is good.</param>
    /// <param name="loggers">For clients that are refused and connections that do not end by a close.</param>
    /// <exception cref="InvalidOperationException">The port is taken.</exception>
    public static AmqpEdge Listen(ServiceBusBroker broker, int port, bool requireKey, ILoggerFactory loggers)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        if (OperatingSystem.IsLinux())
        {
            LimitSegmentSize(listener.Server);
        }

        try
        {
            listener.Start();
        }
        catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            listener.Dispose();
            throw new InvalidOperationException(
                $"The Service Bus broker cannot listen on port {port}: {taken.Message}. "
                + "Free the port, or choose another by the setting ServiceBus:Port (0 takes a free one).",
                taken);
        }

        return new(listener, broker, requireKey, loggers.CreateLogger<AmqpEdge>());
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
    }

    /// <summary>
    /// Microsoft's .NET clients set a 64 KB receive buffer, which is smaller than a loopback segment; then the receiver acknowledges only after
    /// its delay of 200 ms. Segments of 4 KB avoid that.
    /// </summary>
    private static void LimitSegmentSize(Socket socket)
    {
        const int Tcp = 6;
        const int MaximumSegment = 2;
        socket.SetRawSocketOption(Tcp, MaximumSegment, BitConverter.GetBytes(4096));
    }

    private async Task AcceptConnections()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (Exception ended)
            {
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }

                HandshakeFailed(_log, ended);
                await Task.Delay(AfterFault, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            var connection = Serve(socket);
            _connections.TryAdd(connection, socket);
            _ = connection.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
        }
    }

    private async Task Serve(Socket socket)
    {
        using var always = socket;
        try
        {
            socket.NoDelay = true;
            await using var connection = await Accept(new(socket));
            if (await connection.Ended.WaitAsync(_stopping.Token) is { } fault)
            {
                LogEnd(connection.PeerName, fault);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The broker stops; its peers have been told.
        }
        catch (Exception fault)
        {
            // Whatever one peer does ends its own connection only.
            LogRefusal(fault);
        }
    }

    private async Task<ClientConnection> Accept(SocketTransport socket)
    {
        using var handshake = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        handshake.CancelAfter(HandshakeTimeout);
        return await ClientConnection.Accept(socket, new LinkRouter(_broker, _requireKey, _log), handshake.Token);
    }

    /// <summary>One line for each connection that was open and did not end by a close of either side.</summary>
    private void LogEnd(string peer, Exception fault)
    {
        switch (fault)
        {
            case AmqpException told: ConnectionDropped(_log, peer, told.Error.Condition.Value, fault.Message); break;
            case IOException or SocketException: PeerGone(_log, peer, fault.Message); break;
            default: ConnectionFailed(_log, peer, fault); break;
        }
    }

    private void LogRefusal(Exception fault)
    {
        switch (fault)
        {
            case IOException or SocketException: HandshakeBroken(_log, fault.Message); break;
            case OperationCanceledException: HandshakeRefused(_log, $"The peer did not say who it is within {HandshakeTimeout.TotalSeconds} s."); break;
            case AmqpException: HandshakeRefused(_log, fault.Message); break;
            default: HandshakeFailed(_log, fault); break;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The connection of client {Peer} is dropped ({Condition}): {Problem}")]
    private static partial void ConnectionDropped(ILogger logger, string peer, string condition, string problem);

    [LoggerMessage(2, LogLevel.Information, "The connection of client {Peer} ended without a close: {Problem}")]
    private static partial void PeerGone(ILogger logger, string peer, string problem);

    [LoggerMessage(3, LogLevel.Error, "The connection of client {Peer} is dropped by a fault of the broker")]
    private static partial void ConnectionFailed(ILogger logger, string peer, Exception fault);

    [LoggerMessage(4, LogLevel.Warning, "A connection is refused: {Problem}")]
    private static partial void HandshakeRefused(ILogger logger, string problem);

    /// <summary>Quiet, because whoever only looks whether the port is open does this.</summary>
    [LoggerMessage(5, LogLevel.Debug, "A connection ended before it was open: {Problem}")]
    private static partial void HandshakeBroken(ILogger logger, string problem);

    [LoggerMessage(6, LogLevel.Error, "A connection could not be taken")]
    private static partial void HandshakeFailed(ILogger logger, Exception fault);
}
