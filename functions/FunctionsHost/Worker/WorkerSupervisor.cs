namespace FunctionsHosting.Worker;

/// <summary>Keeps one worker running: starts it, and another one when it has died.</summary>
internal sealed partial class WorkerSupervisor(FunctionApp app, Func<AppWorker> create, WorkerEndpoint endpoint, ILogger<WorkerSupervisor> log)
    : IAsyncDisposable
{
    /// <summary>Starts in a row that may fail before the host gives up.</summary>
    private const int MostFailures = 5;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile AppWorker? _current;
    private Task _watching = Task.CompletedTask;

    /// <summary>The worker that runs now; a dead one until its successor runs.</summary>
    public AppWorker Current => _current ?? throw new WorkerGoneException();

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
        await _watching;
        if (_current is { } last)
        {
            await last.End(StopLimit);
        }

        _stopping.Dispose();
    }

    private async Task<AppWorker> StartOne(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping.Token);
        limit.CancelAfter(StartLimit);
        var worker = create();
        endpoint.Expected = worker;
        try
        {
            await worker.Start(endpoint.Address, limit.Token);
            var initialized = worker.Initialize(limit.Token);
            if (await Task.WhenAny(initialized, worker.Ended) != initialized)
            {
                throw new HostStartException($"{app.Name}'s worker ended before it was ready.{Said(worker)}");
            }

            await initialized;
            return worker;
        }
        catch (Exception e)
        {
            await worker.End(TimeSpan.Zero);
            throw e switch
            {
                OperationCanceledException when !cancellation.IsCancellationRequested && !_stopping.IsCancellationRequested =>
                    new HostStartException($"{app.Name}'s worker did not connect within {StartLimit.TotalSeconds:0} s.{Said(worker)}", e),
                WorkerGoneException => new HostStartException($"{app.Name}'s worker went away while it started.{Said(worker)}", e),
                _ => e,
            };
        }
    }

    private async Task Watch()
    {
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stopping.Token);
        var failures = 0;
        while (await Task.WhenAny(stopped, Current.Closed, Current.Ended) != stopped)
        {
            try
            {
                if (failures == 0)
                {
                    LogGone(app.Name, Current.LastWords);
                    await Current.End(TimeSpan.Zero);
                }

                _current = await StartOne(_stopping.Token);
                failures = 0;
                LogBack(app.Name);
            }
            catch (Exception) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (failures + 1 < MostFailures)
            {
                var pause = FirstPause * Math.Pow(2, failures++);
                LogNotStarted(app.Name, pause, e);
                await Task.WhenAny(stopped, Task.Delay(pause, TimeProvider.System));
            }
            catch (Exception e)
            {
                _gaveUp.TrySetException(new HostStartException($"{app.Name}'s worker ended and could not be started again: {e.Message}", e));
                return;
            }
        }
    }

    private static string Said(AppWorker worker) => worker.LastWords is { Length: > 0 } words ? $" It said: {words}" : "";

    [LoggerMessage(LogLevel.Error, "The worker of {App} is gone; another one is started. {LastWords}")]
    private partial void LogGone(string app, string lastWords);
    [LoggerMessage(LogLevel.Information, "The worker of {App} runs again")] private partial void LogBack(string app);
    [LoggerMessage(LogLevel.Error, "The worker of {App} could not be started; next try in {Pause}")]
    private partial void LogNotStarted(string app, TimeSpan pause, Exception exception);
}
