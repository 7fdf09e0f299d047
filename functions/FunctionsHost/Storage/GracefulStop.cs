using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FunctionsHosting.Storage;

/// <summary>Asks a process to end, so that it writes what it holds, and kills it when it does not.</summary>
internal static class GracefulStop
{
    private const int SigTerm = 15;

    public static async Task Stop(Process process, TimeSpan limit, CancellationToken cancellation)
    {
        if (process.HasExited)
        {
            return;
        }

        // Windows has no such signal for a process without a window.
        if (!OperatingSystem.IsWindows() && Signal(process.Id, SigTerm) == 0)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            waiting.CancelAfter(limit);
            await process.WaitForExitAsync(waiting.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(cancellation);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int processId, int signal);
}
