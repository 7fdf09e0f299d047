using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FunctionsHosting.Storage;

/// <summary>Waits until a started process listens.</summary>
internal static class Readiness
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <exception cref="HostStartException">The process ended, or did not listen within the limit; the text has its last lines of output.</exception>
    public static async Task WhenListening(int port, Process process, string name, string log, TimeSpan limit, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await Listens(port, cancellation))
        {
            if (process.HasExited)
            {
                throw new HostStartException($"{name} ended at once with exit code {process.ExitCode}.{LastLines(log)}");
            }

            if (Stopwatch.GetElapsedTime(began) > limit)
            {
                throw new HostStartException(string.Create(
                    CultureInfo.InvariantCulture, $"{name} did not listen on port {port} within {limit.TotalSeconds:0} s.{LastLines(log)}"));
            }

            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    private static async Task<bool> Listens(int port, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string LastLines(string log) =>
        File.Exists(log) ? $" Its output ends with:{Environment.NewLine}{string.Join(Environment.NewLine, File.ReadLines(log).TakeLast(10))}" : "";
}
