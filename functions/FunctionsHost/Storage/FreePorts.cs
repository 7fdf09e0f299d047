using System.Net;
using System.Net.Sockets;

namespace FunctionsHosting.Storage;

/// <summary>Finds loopback ports nothing listens on.</summary>
internal static class FreePorts
{
    public static int[] Take(int count)
    {
        // All are held until all are known, so that they differ.
        var held = Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            foreach (var listener in held)
            {
                listener.Start();
            }

            return [.. held.Select(static l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in held)
            {
                listener.Dispose();
            }
        }
    }
}
