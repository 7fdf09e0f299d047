using FunctionsHosting.Storage;

namespace Host.Tests;

public sealed class DetachedProcessTests
{
    [Fact]
    public async Task What_ends_all_in_a_terminal_does_not_reach_it()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // no command for a session everywhere
        }

        var folder = Directory.CreateTempSubdirectory("detached-");
        using var process = DetachedProcess.Start("sleep", ["60"], folder.FullName, Path.Combine(folder.FullName, "log"));
        try
        {
            // Until then it is the shell that becomes it.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            while (Group(process.Id) != process.Id)
            {
                await Task.Delay(20, limit.Token);
            }

            Assert.NotEqual(Group(Environment.ProcessId), Group(process.Id));
        }
        finally
        {
            await DetachedProcess.Stop(process, CancellationToken.None);
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Fifth field of /proc/pid/stat; the second is the name in brackets.</summary>
    private static int Group(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
    }
}
