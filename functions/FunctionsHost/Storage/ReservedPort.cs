using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace FunctionsHosting.Storage;

/// <summary>
/// A loopback port that is ours from now on, though nothing listens yet: callers are refused until a server takes the socket over. Without it a
/// port that was free when it was chosen may be taken when it is needed.
/// </summary>
internal sealed class ReservedPort(Socket socket) : IDisposable
{
    private bool _taken;

    public IPEndPoint EndPoint { get; } = (IPEndPoint)socket.LocalEndPoint!;

    /// <param name="port">0: any free one.</param>
    /// <exception cref="HostStartException">It is taken, and what to do.</exception>
    public static ReservedPort Take(int port)
    {
        try
        {
            return new(SocketTransportOptions.CreateDefaultBoundListenSocket(new IPEndPoint(IPAddress.Loopback, port)));
        }
        catch (SocketException e)
        {
            throw new HostStartException($"Port {port} cannot be used ({e.Message}). Choose another one with --port (0: any free one).", e);
        }
    }

    /// <summary>Ports for programs that open them themselves; all are held until all are known, so that they differ.</summary>
    public static int[] Free(int count)
    {
        var held = Enumerable.Range(0, count).Select(static _ => Take(0)).ToList();
        held.ForEach(static port => port.Dispose());
        return [.. held.Select(static port => port.EndPoint.Port)];
    }

    /// <summary>The bound socket for Kestrel's transport, which listens on it and disposes it; another address gets a socket of its own.</summary>
    public Socket Bound(EndPoint wanted) =>
        wanted.Equals(EndPoint) && !Interlocked.Exchange(ref _taken, true) ? socket : SocketTransportOptions.CreateDefaultBoundListenSocket(wanted);

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _taken, true))
        {
            socket.Dispose();
        }
    }
}
