using System.Net;
using System.Net.Sockets;
using FunctionsHosting.Broker.Wire;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Broker;

/// <summary>Speaks AMQP 1.0 for a broker, on the loopback interface only. Disposing it ends its connections, not the broker.</summary>
public sealed partial class AmqpEdge : IAsyncDisposable
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(20);

    private readonly TcpListener _listener;
    private readonly ServiceBusBroker _broker;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Task _accepting;

    private AmqpEdge(TcpListener listener, ServiceBusBroker broker, ILogger log)
    {
        _listener = listener;
        _broker = broker;
        _log = log;
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _accepting = AcceptConnections();
    }

    public int Port { get; }

    /// <summary>The connection string that clients use, in the official emulator's form.</summary>
    public string ConnectionString =>
        $"Endpoint=sb://127.0.0.1:{Port};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;";

    /// <param name="broker">The queues to offer.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="loggers">For connections that end in a fault.</param>
    /// <exception cref="InvalidOperationException">The port is taken.</exception>
    public static AmqpEdge Listen(ServiceBusBroker broker, int port, ILoggerFactory loggers)
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

        return new(listener, broker, loggers.CreateLogger<AmqpEdge>());
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] connections;
        lock (_gate)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections);
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
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                if (_stopping.IsCancellationRequested)
                {
                    return;
                }

                ConnectionFailed(_log, ended);
                continue;
            }

            socket.NoDelay = true;
            var connection = Serve(socket);
            lock (_gate)
            {
                _connections.Add(connection);
            }

            _ = connection.ContinueWith(Forget, TaskScheduler.Default);
        }
    }

    private void Forget(Task connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
        }
    }

    private async Task Serve(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            var router = new LinkRouter(_broker, _log);
            AmqpConnection connection;
            using (var handshake = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token))
            {
                handshake.CancelAfter(HandshakeTimeout);
                connection = await AmqpConnection.Listen(stream, "localhost-servicebus", router.OnAttach, handshake.Token);
            }

            await using (connection)
            {
                await connection.Closed.WaitAsync(_stopping.Token);
            }
        }
        catch (Exception fault)
        {
            // Whatever one peer does ends its own connection only.
            if (!_stopping.IsCancellationRequested)
            {
                ConnectionFailed(_log, fault);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "A connection ended in a fault")]
    private static partial void ConnectionFailed(ILogger logger, Exception fault);
}
