using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Worker;

/// <summary>Keeps one worker running: starts it, and another one when it has died.</summary>
internal sealed partial class WorkerSupervisor(
    FunctionApp app, IWorkerLauncher launcher, ExpectedWorkers expected, Uri endpoint, Action<Rpc.RpcLog> workerLog, ILogger<WorkerSupervisor> log)
    : IAsyncDisposable
{
    /// <summary>Starts in a row that may fail before the host gives up.</summary>
    private const int MostFailures = 5;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Pair? _current;
    private Task _watching = Task.CompletedTask;

    /// <summary>The worker that runs now; a dead one until its successor runs.</summary>
    public WorkerChannel Current => _current?.Channel ?? throw new WorkerGoneException();

    public LaunchedWorker Worker => _current?.Worker ?? throw new InvalidOperationException("The worker has not started.");

    /// <summary>Faults when no worker can be started any more.</summary>
    public Task GaveUp => _gaveUp.Task;

    /// <exception cref="HostStartException">The worker does not start, says why; or never connects.</exception>
    public async Task Start(CancellationToken cancellation)
    {
        _current = await StartOne(cancellation);
        _watching = Watch();
    }

    /// <summary>Asks the worker to end and waits for it, within limits.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_current is { } last)
        {
            last.Channel.Terminate(StopLimit);
            await last.Worker.Stop(StopLimit);
            await last.Channel.HangUp();
        }

        await _watching;
        _stopping.Dispose();
    }

    private async Task<Pair> StartOne(CancellationToken cancellation)
    {
        var channel = new WorkerChannel(app.Folder, workerLog);
        expected.Add(channel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping.Token);
        limit.CancelAfter(StartLimit);
        LaunchedWorker? worker = null;
        try
        {
            worker = await launcher.Launch(channel, endpoint, limit.Token);
            var initialized = channel.Initialize(limit.Token);
            await Task.WhenAny(initialized, worker.Ended);
            if (!initialized.IsCompleted)
            {
                throw new HostStartException($"{app.Name}'s worker ended before it was ready.{Said(worker)}");
            }

            await initialized;
            return new(channel, worker);
        }
        catch (Exception e)
        {
            expected.Remove(channel);
            if (worker is not null)
            {
                await worker.Stop(TimeSpan.Zero);
            }

            throw e is OperationCanceledException && !cancellation.IsCancellationRequested && !_stopping.IsCancellationRequested
                ? new HostStartException($"{app.Name}'s worker did not connect within {StartLimit.TotalSeconds:0} s.{(worker is null ? "" : Said(worker))}", e)
                : e is WorkerGoneException ? new HostStartException($"{app.Name}'s worker went away while it started.{Said(worker!)}", e)
                : e;
        }
    }

    private async Task Watch()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var (channel, worker) = _current!;
            await Task.WhenAny(channel.Closed, worker.Ended);
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            LogGone(log, app.Name, worker.LastWords);
            expected.Remove(channel);
            await worker.Stop(TimeSpan.Zero);
            await channel.HangUp();
            if (await Replace() is not { } next)
            {
                return;
            }

            _current = next;
            LogBack(log, app.Name);
        }
    }

    /// <summary>A new worker, or null after the host stopped or gave up.</summary>
    private async Task<Pair?> Replace()
    {
        var pause = FirstPause;
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await StartOne(_stopping.Token);
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception e) when (failures + 1 < MostFailures)
            {
                LogNotStarted(log, app.Name, pause, e);
            }
            catch (Exception e)
            {
                _gaveUp.TrySetException(new HostStartException($"{app.Name}'s worker ended and could not be started again: {e.Message}", e));
                return null;
            }

            await Task.Delay(pause, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause *= 2;
        }
    }

    private static string Said(LaunchedWorker worker) => worker.LastWords is { Length: > 0 } words ? $" It said: {words}" : "";

    private sealed record Pair(WorkerChannel Channel, LaunchedWorker Worker);

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker of {App} is gone; another one is started. {LastWords}")]
    private static partial void LogGone(ILogger log, string app, string lastWords);

    [LoggerMessage(Level = LogLevel.Information, Message = "The worker of {App} runs again")]
    private static partial void LogBack(ILogger log, string app);

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker of {App} could not be started; next try in {Pause}")]
    private static partial void LogNotStarted(ILogger log, string app, TimeSpan pause, Exception exception);
}
