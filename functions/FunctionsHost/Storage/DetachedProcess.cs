using System.Runtime.InteropServices;

namespace FunctionsHosting.Storage;

/// <summary>A program that lives on when this process is killed: started, found again by a later one, and ended.</summary>
internal static class DetachedProcess
{
    private const int SigTerm = 15;
    private const string InASessionOfItsOwn = "log=$1; shift; if command -v setsid >/dev/null; then set -- setsid \"$@\"; fi; exec \"$@\" >\"$log\" 2>&1 </dev/null";

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    /// <summary>The start time is derived from the boot time, which may be read a little differently by different processes.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>
    /// With a pipe instead of a file, the program would break on its next line of output after this process is gone. In a session of its own, where the
    /// system has a command for that, it does not hear the Ctrl-C with which a terminal ends all that runs in it.
    /// </summary>
    public static Process Start(string program, IReadOnlyList<string> arguments, string folder, string log)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(program, arguments) { CreateNoWindow = true }
            : new ProcessStartInfo("/bin/sh", ["-c", InASessionOfItsOwn, "sh", log, program, .. arguments]);
        start.WorkingDirectory = folder;
        return Process.Start(start)!;
    }

    public static Process? Find(int id, DateTimeOffset started)
    {
        try
        {
            var process = Process.GetProcessById(id);
            if (!process.HasExited && (process.StartTime - started).Duration() <= Tolerance)
            {
                return process;
            }

            process.Dispose();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // There is none, or it ended between being found and being asked.
        }

        return null;
    }

    /// <summary>Asks a process to end; false where that cannot be done, as on Windows, which has no such signal for a process without a window.</summary>
    public static bool AskToEnd(Process process) => !process.HasExited && !OperatingSystem.IsWindows() && Signal(process.Id, SigTerm) == 0;

    /// <summary>Asks a process to end, so that it writes what it holds, and kills it when it does not.</summary>
    public static async Task Stop(Process process, CancellationToken cancellation)
    {
        if (AskToEnd(process))
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            waiting.CancelAfter(StopLimit);
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
