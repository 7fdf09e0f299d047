using System.Net;
using System.Net.Sockets;

namespace FunctionsHosting.Storage;

/// <summary>
/// A loopback port that is ours from now on, though nothing listens yet: callers are refused until a server takes the socket over. Without it a
/// port that was free when it was chosen may be taken when it is needed.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket;
    private int _taken;

    private ReservedPort(Socket socket)
    {
        _socket = socket;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    /// <param name="port">0: any free one.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static ReservedPort Take(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return new(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The port a user asked for.</summary>
    /// <exception cref="HostStartException">It is taken, and what to do.</exception>
    public static ReservedPort Reserve(int port)
    {
        try
        {
            return Take(port);
        }
        catch (SocketException e)
        {
            throw new HostStartException($"Port {port} cannot be used ({e.Message}). Choose another one with --port (0: any free one).", e);
        }
    }

    /// <summary>The bound socket for Kestrel's transport, which listens on it and disposes it; another address gets a socket of its own.</summary>
    public Socket Bound(EndPoint wanted) =>
        wanted.Equals(EndPoint) && Interlocked.Exchange(ref _taken, 1) == 0
            ? _socket
            : Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketTransportOptions.CreateDefaultBoundListenSocket(wanted);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _taken, 1) == 0)
        {
            _socket.Dispose();
        }
    }
}
