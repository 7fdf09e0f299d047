using System.Diagnostics;
using System.Globalization;
using System.Text;
using LocalHost.Tour;

namespace Platform.Tests;

/// <summary>A command of ours as a process of its own, to be killed as machines kill: SIGKILL, at once.</summary>
internal sealed class OwnProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output;

    private OwnProcess(Process process, StringBuilder output) => (_process, _output) = (process, output);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <param name="arguments">The command and its options.</param>
    /// <param name="settings">Its environment, beside ours.</param>
    /// <param name="output">Gathers what it says.</param>
    /// <param name="heard">Hears each line of its output.</param>
    public static OwnProcess Start(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> settings, StringBuilder output, Action<string>? heard = null)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Desk).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // It lives for a minute or two: what is compiled once is not compiled again to be faster.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCounting"] = "0";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var started = new OwnProcess(Process.Start(start)!, output);
        foreach (var subscribe in new Action<DataReceivedEventHandler>[] { h => started._process.OutputDataReceived += h, h => started._process.ErrorDataReceived += h })
        {
            subscribe((_, line) =>
            {
                started.Keep(line.Data);
                heard?.Invoke(line.Data ?? "");
            });
        }

        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>The worker that a host runs as a process of its own, or null while there is none.</summary>
    public async Task<Process?> Worker()
    {
        // Each of its threads has children of its own.
        var children = Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{Id}/task"))
            .SelectMany(static thread => File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries));
        foreach (var child in children)
        {
            var command = await File.ReadAllTextAsync($"/proc/{child}/cmdline");
            if (command.Contains("--functions-worker-id", StringComparison.Ordinal))
            {
                return Process.GetProcessById(int.Parse(child, CultureInfo.InvariantCulture));
            }
        }

        return null;
    }

    public int ExitCode => _process.ExitCode;

    /// <summary>Ends when the process has ended and all it said was heard.</summary>
    public Task WaitForExit() => _process.WaitForExitAsync();

    public Task Kill()
    {
        _process.Kill();
        return WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    public string Output()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
