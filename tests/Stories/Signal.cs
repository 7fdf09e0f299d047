using System.Diagnostics;

namespace Stories.Tests;

/// <summary>Stops a process as a machine does that sleeps or stalls, and lets it go on: it notices nothing but the time that has passed.</summary>
internal static class Signal
{
    public static Task Stop(int process) => Send("STOP", process);

    public static Task Continue(int process) => Send("CONT", process);

    private static async Task Send(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
