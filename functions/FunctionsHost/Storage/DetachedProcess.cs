using System.ComponentModel;
using System.Diagnostics;

namespace FunctionsHosting.Storage;

/// <summary>Starts a program whose output goes to a file, so that it lives on when this process is killed.</summary>
internal static class DetachedProcess
{
    /// <exception cref="HostStartException">The program was not found.</exception>
    public static Process Start(string program, IReadOnlyList<string> arguments, string folder, string log)
    {
        var start = OperatingSystem.IsWindows() ? Windows(program, arguments) : Unix(program, arguments, log);
        start.WorkingDirectory = folder;
        start.UseShellExecute = false;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new HostStartException($"The command '{start.FileName}' could not be started: {e.Message}", e);
        }
    }

    /// <summary>With a pipe instead of a file, the program would break on its next line of output after this process is gone.</summary>
    private static ProcessStartInfo Unix(string program, IReadOnlyList<string> arguments, string log)
    {
        var start = new ProcessStartInfo("/bin/sh");
        foreach (var argument in (string[])["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "sh", log, program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static ProcessStartInfo Windows(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program) { CreateNoWindow = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }
}
