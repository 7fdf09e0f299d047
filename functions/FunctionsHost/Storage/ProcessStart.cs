using System.Diagnostics;

namespace FunctionsHosting.Storage;

/// <summary>Tells processes apart by id and start time.</summary>
internal static class ProcessStart
{
    /// <summary>The start time is derived from the boot time, which may be read a little differently by different processes.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    public static DateTimeOffset OfThisProcess { get; } = OfCurrent();

    public static DateTimeOffset Of(Process process) => new(process.StartTime.ToUniversalTime(), TimeSpan.Zero);

    public static Process? Find(int id, DateTimeOffset started)
    {
        Process process;
        try
        {
            process = Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null;
        }

        try
        {
            if (!process.HasExited && (Of(process) - started).Duration() <= Tolerance)
            {
                return process;
            }
        }
        catch (InvalidOperationException)
        {
            // It ended between being found and being asked.
        }

        process.Dispose();
        return null;
    }

    private static DateTimeOffset OfCurrent()
    {
        using var process = Process.GetCurrentProcess();
        return Of(process);
    }
}
