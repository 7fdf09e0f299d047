using System.ComponentModel;
using FunctionsHosting.Worker.Rpc;

namespace FunctionsHosting.Worker;

/// <summary>The built app in a process of its own, as Azure runs it. Settings become its environment.</summary>
internal sealed partial class ChildProcessWorker(FunctionApp app, IReadOnlyDictionary<string, string?> settings, ILoggerFactory loggers) : AppWorker(app)
{
    private const string Category = "Worker";
    private const int Metric = 2;
    private const int KeptLines = 20;

    private static readonly TimeSpan ForWarmth = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<string> _lastErrors = new();
    private Process? _process;

    public override string LastWords => string.Join(Environment.NewLine, _lastErrors);

    public override Task Start(Uri endpoint, CancellationToken cancellation)
    {
        string[] arguments =
        [
            App.Program,
            "--functions-uri", $"{endpoint}",
            "--functions-worker-id", Id,
            "--functions-request-id", $"{Guid.NewGuid()}",
            "--functions-grpc-max-message-length", $"{int.MaxValue}",
        ];
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = App.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = App.Folder;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[StartupHook.ParentVariable] = $"{Environment.ProcessId}";
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new HostStartException($"The worker could not be started: dotnet {App.Program}: {e.Message}", e);
        }

        _process.OutputDataReceived += (_, line) => Say(line.Data, isError: false);
        _process.ErrorDataReceived += (_, line) => Say(line.Data, isError: true);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        // Ends when the output has been read to its end, too.
        Ended = _process.WaitForExitAsync(CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>
    /// The first request through a cold web server may take longer than the five seconds that the worker waits for its other half. This one belongs to
    /// no invocation, and is taken back.
    /// </summary>
    public override async Task Initialize(CancellationToken cancellation)
    {
        await base.Initialize(cancellation);
        if (HttpUri is not null)
        {
            using var client = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, HttpUri) { Headers = { { "x-ms-invocation-id", $"{Guid.NewGuid()}" } } };
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(ForWarmth);
            await ((Task)client.SendAsync(request, limit.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async Task Stop(TimeSpan limit)
    {
        await Task.WhenAny(Ended, Task.Delay(limit, TimeProvider.System));
        if (!Ended.IsCompleted)
        {
            _process!.Kill();
            await Ended;
        }

        _process?.Dispose();
    }

    /// <summary>What the app logs is written under its own categories.</summary>
    protected override void Log(RpcLog line)
    {
        if (line.LogCategory != Metric && (LogLevel)line.Level is >= LogLevel.Trace and < LogLevel.None and var level)
        {
            var fault = line.Exception is { } e && (e.Message.Length > 0 || e.StackTrace.Length > 0)
                ? $"{Environment.NewLine}{e.Type} {e.Message}{Environment.NewLine}{e.StackTrace}"
                : "";
            LogLine(loggers.CreateLogger(line.Category.Length > 0 ? line.Category : Category), level, line.Message + fault);
        }
    }

    private void Say(string? line, bool isError)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        if (isError)
        {
            _lastErrors.Enqueue(line);
            if (_lastErrors.Count > KeptLines)
            {
                _lastErrors.TryDequeue(out _);
            }
        }

        LogLine(loggers.CreateLogger(Category), LogLevel.Information, line);
    }

    [LoggerMessage("{Line}")] private static partial void LogLine(ILogger log, LogLevel level, string line);
}
