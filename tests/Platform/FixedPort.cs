using System.Globalization;
using FunctionsHosting;
using FunctionsHosting.Storage;

namespace Platform.Tests;

/// <summary>
/// Ports for processes that are started again under the same one. They lie below those that the system gives to whoever asks for any: between two starts
/// nobody else takes them.
/// </summary>
internal static class FixedPort
{
    private const int Lowest = 20_000;

    private static readonly int Highest = File.Exists("/proc/sys/net/ipv4/ip_local_port_range")
        ? int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t')[0], CultureInfo.InvariantCulture) - 1
        : 32_767;

    private static int _last = Lowest + Random.Shared.Next(Highest - Lowest);

    public static int Next()
    {
        while (true)
        {
            var port = Lowest + (int)((uint)Interlocked.Increment(ref _last) % (Highest - Lowest));
            try
            {
                ReservedPort.Take(port).Dispose();
                return port;
            }
            catch (HostStartException)
            {
                // Somebody else's: the next one.
            }
        }
    }
}
