using System.Collections.Concurrent;
using FunctionsHosting.Worker.Rpc;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Worker;

/// <summary>Writes what a worker in another process logs, under its own categories.</summary>
internal sealed class WorkerLog(ILoggerFactory loggers)
{
    private const int Metric = 2;

    private readonly ConcurrentDictionary<string, ILogger> _loggers = new();

    public void Write(RpcLog line)
    {
        var level = (LogLevel)line.Level;
        if (line.LogCategory == Metric || level is < LogLevel.Trace or >= LogLevel.None)
        {
            return;
        }

        var log = _loggers.GetOrAdd(line.Category.Length > 0 ? line.Category : "Worker", loggers.CreateLogger);
        log.Log(level, 0, line, exception: null, static (state, _) => Text(state));
    }

    private static string Text(RpcLog line) => line.Exception is { } exception && (exception.Message.Length > 0 || exception.StackTrace.Length > 0)
        ? $"{line.Message}{Environment.NewLine}{exception.Type} {exception.Message}{Environment.NewLine}{exception.StackTrace}"
        : line.Message;
}
