using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Worker;

/// <summary>A worker in a process of its own.</summary>
internal sealed partial class ChildProcessWorker : LaunchedWorker
{
    private const int KeptLines = 20;

    private readonly Process _process;
    private readonly ILogger _log;
    private readonly Queue<string> _lastErrors = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChildProcessWorker(Process process, ILogger log)
    {
        _process = process;
        _log = log;
        process.OutputDataReceived += (_, line) => Say(line.Data, isError: false);
        process.ErrorDataReceived += (_, line) => Say(line.Data, isError: true);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _ = Watch();
    }

    public int ProcessId => _process.Id;

    public override Task Ended => _ended.Task;

    public override string LastWords
    {
        get
        {
            lock (_lastErrors)
            {
                return string.Join(Environment.NewLine, _lastErrors);
            }
        }
    }

    public override async Task Stop(TimeSpan limit)
    {
        await Task.WhenAny(_ended.Task, Task.Delay(limit, TimeProvider.System));
        if (!_ended.Task.IsCompleted)
        {
            _process.Kill();
            await _ended.Task;
        }

        _process.Dispose();
    }

    private async Task Watch()
    {
        // Returns when the output has been read to its end, too.
        await _process.WaitForExitAsync();
        _ended.TrySetResult();
    }

    private void Say(string? line, bool isError)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        if (isError)
        {
            lock (_lastErrors)
            {
                _lastErrors.Enqueue(line);
                if (_lastErrors.Count > KeptLines)
                {
                    _lastErrors.Dequeue();
                }
            }
        }

        LogSaid(_log, line);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private static partial void LogSaid(ILogger log, string line);
}
